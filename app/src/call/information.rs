//! The public information page: written, looked at, published (R66, R159).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::Lang;
use model::role::Action;
use registry::work::information::{checked, html, publish, version, versions};

use super::{Answer, Entry, change, on_or_again, read};
use crate::gate::Access::May;
use crate::page::information::Shown;
use crate::part::{FieldErrors, Tone};
use crate::typed::{Asked, Typed};
use crate::visit::Visit;
use crate::words::information as words;
use crate::{Portal, failing, page, routes};

/// The routes of the page's editor.
pub fn table() -> Vec<Entry> {
    vec![
        read(routes::INFORMATION_EDIT, May(Action::EditInformation), edit),
        change(routes::INFORMATION_EDIT, May(Action::EditInformation), act),
    ]
}

async fn edit(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let mut conn = portal.store.read().await?;
    let older = match asked.id("version") {
        Some(id) => Some(version(&mut conn, visit.actor()?, id).await?),
        None => None,
    };
    let all = versions(&mut conn, visit.actor()?).await?;
    let begun_with = all.first().map(|of| of.id);
    let looked_at = older.is_some();
    let text = older.or_else(|| all.first().cloned());
    let (vi, en) = text.map(|of| (of.vi, of.en)).unwrap_or_default();
    let preview = looked_at.then(|| (html(&vi), html(&en)));
    let shown = Shown { vi, en, begun_with, preview, versions: all };
    Ok(page::information::respond(&portal, &visit, StatusCode::OK, shown, None))
}

async fn act(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let (vi, en) = (typed.get("information_vi"), typed.get("information_en"));
    let begun_with = typed.id("version");
    let looked = checked(&vi, &en);
    if typed.get("do") != "publish" {
        return match looked {
            Ok((vi, en)) => {
                let preview = Some((html(&vi), html(&en)));
                again(&portal, &visit, StatusCode::OK, (vi, en, begun_with, preview), None).await
            }
            Err(failure) => {
                let (status, errors) = failing::told(visit.lang, &failure)?;
                again(&portal, &visit, status, (vi, en, begun_with, None), Some(errors)).await
            }
        };
    }
    let actor = visit.actor()?.clone();
    let (new_vi, new_en) = (vi.clone(), en.clone());
    let publishing = portal.store.write(visit.at_ms, move |tx| {
        Box::pin(async move { publish(tx, &actor, begun_with, (&new_vi, &new_en)).await })
    });
    let published = publishing.await.map(drop);
    let again = |status, errors| again(&portal, &visit, status, (vi, en, begun_with, None), Some(errors));
    on_or_again(visit.lang, published, (routes::INFORMATION_EDIT, "information-published"), again).await
}

type Kept = (String, String, Option<i64>, Option<(String, String)>);

async fn again(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (vi, en, begun_with, preview): Kept,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let versions = versions(&mut conn, visit.actor()?).await?;
    let shown = Shown { vi, en, begun_with, preview, versions };
    Ok(page::information::respond(portal, visit, status, shown, errors))
}

/// What publishing says on the page after it.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    (word == "information-published").then(|| (Tone::Good, words::published(l).to_owned()))
}
