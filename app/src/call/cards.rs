//! A person's card as it would look: drawn from the personnel record, changed on the page, stored nowhere.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use contract::Failure;
use contract::view::CardDraft;
use face::record::{Form, HolderRank, Variant};
use face::scene::{Picture, PictureFormat};
use model::card_type::{CardType, Employment, Rank};
use model::person::Sex;
use model::role::Action;
use preview::Drawing;
use registry::work::approve_card::NO_CODE;
use registry::work::draft_card::draft_card;

use super::Answer;
use crate::page::card::Shown;
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Cards, Portal, naming, page};

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let (draft, portrait) = drafted(&portal, &visit, id).await?;
    let cards = cards(&portal)?;
    let form = cards.easel.fitted(started(cards, &visit, &draft));
    answer(&portal, &visit, &draft, portrait, form).await
}

/// As it was typed, for pages without scripts.
pub async fn draw(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (draft, portrait) = drafted(&portal, &visit, id).await?;
    answer(&portal, &visit, &draft, portrait, preview::form(|key| typed.get(key))).await
}

/// What every card has in common.
pub async fn picture(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Path(name): Path<String>,
) -> Answer {
    let actor = visit.actor()?;
    if ![Action::ChangePeople, Action::IssueCards].into_iter().any(|action| actor.may_somewhere(action)) {
        return Err(Failure::Forbidden.into());
    }
    let picture = cards(&portal)?.picture(&name).ok_or(Failure::NotFound)?;
    let headers = [(CONTENT_TYPE, picture.kind), (CACHE_CONTROL, "private, max-age=31536000, immutable")];
    Ok((headers, picture.bytes.clone()).into_response())
}

fn cards(portal: &Portal) -> Result<&Cards, Failure> {
    portal.cards.as_ref().ok_or(Failure::NotFound)
}

/// The draft of a card, and the portrait that stands on it.
async fn drafted(portal: &Portal, visit: &Visit, id: i64) -> Result<(CardDraft, Option<Picture>), Failure> {
    let mut conn = portal.store.read().await?;
    let (draft, file) = draft_card(&mut conn, &portal.blobs, visit.actor()?, id).await?;
    let portrait = draft.portrait.zip(file).map(|(pixels, file)| Picture {
        format: PictureFormat::Jpeg,
        pixels,
        bytes: Arc::from(file),
    });
    Ok((draft, portrait))
}

/// Drawn and judged beside other requests: it takes a while.
async fn answer(portal: &Portal, visit: &Visit, draft: &CardDraft, portrait: Option<Picture>, form: Form) -> Answer {
    let cards = cards(portal)?;
    let (easel, l) = (cards.easel.clone(), visit.lang);
    let shown = tokio::task::spawn_blocking(move || {
        let Drawing { sides, faults, wrong, budget, laid_out, said: _ } = easel.draw(l, &form, portrait);
        Shown { form, sides, faults, budget, wrong, report: easel.judge(l, laid_out) }
    });
    let shown = shown.await.map_err(|_| Failure::Internal)?;
    Ok(page::card::respond(portal, visit, cards, draft, &shown))
}

/// What the personnel record says (R72); agencies' names in capitals, as on the regulation's sample.
fn started(cards: &Cards, visit: &Visit, draft: &CardDraft) -> Form {
    let (detail, usual) = (&draft.person, &cards.usual);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let back_name = if usual.back_name.is_empty() { of_province(&draft.province) } else { usual.back_name.clone() };
    let (card_type, rank, variant) = kind_of_card(cards, draft.employment, detail.rank);
    Form {
        variant,
        chip: true,
        administrative: draft.administrative,
        rank,
        managing_agency: draft.managing_agency.to_uppercase(),
        using_unit: detail.person.unit.to_uppercase(),
        unit_code: text(&draft.unit_code),
        full_name: detail.person.name.clone(),
        birth_date: detail.born_on.as_deref().map(|iso| naming::day(visit.lang, iso)).unwrap_or_default(),
        sex: match detail.sex {
            Some(Sex::Male) => "Nam".to_owned(),
            Some(Sex::Female) => "Nữ".to_owned(),
            None => String::new(),
        },
        citizen_id: text(&detail.citizen_id),
        card_type: card_type.as_str().to_owned(),
        position: text(&detail.person.position),
        card_code: NO_CODE.to_owned(),
        host: usual.host.clone(),
        photo: None,
        back_name,
        emblem: None,
    }
}

/// Type, rank and template that the holder's category and rank lead to (R84, R87, R92).
pub fn kind_of_card(cards: &Cards, employment: Employment, rank: Rank) -> (CardType, HolderRank, Variant) {
    let card_type = employment.card_type();
    let rank = match (card_type, rank) {
        (CardType::Xa0 | CardType::Hd, _) => HolderRank::Other,
        (_, Rank::Senior) => HolderRank::Leader,
        (_, Rank::Ordinary) => HolderRank::Ordinary,
    };
    let usual = cards.usual.variant.unwrap_or(Variant::Raised);
    (card_type, rank, if rank == HolderRank::Other { Variant::Other } else { usual })
}

/// `TỈNH HƯƠNG GIANG` of the People's Committee of the province: the back has the place's name (R90).
pub fn of_province(root: &str) -> String {
    let name = root.to_uppercase();
    let bodies = ["ỦY BAN NHÂN DÂN ", "UỶ BAN NHÂN DÂN ", "UBND "];
    bodies.iter().find_map(|body| name.strip_prefix(body)).unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::of_province;

    #[test]
    fn the_back_has_the_places_name() {
        assert_eq!(of_province("Ủy ban nhân dân tỉnh Hương Giang"), "TỈNH HƯƠNG GIANG");
        assert_eq!(of_province("Bộ Nội vụ"), "BỘ NỘI VỤ");
    }
}
