//! `/information`: what the office tells everybody of digital signatures and of the card (R66, R159). Without scripts, at most 20 kB.

use app::words::date_time;
use app::{Portal, Visit, routes};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use maud::{PreEscaped, html};
use registry::work::information::published;

use super::page::{answer, frame, swapped};
use super::words::{information, scan};
use crate::refusal::Refusal;

pub async fn open(State(portal): State<Portal>, Extension(visit): Extension<Visit>, uri: axum::http::Uri) -> Response {
    let l = super::check::lang_of(&uri, &visit);
    let reading = async {
        let mut conn = portal.store.read().await?;
        published(&mut conn, l).await
    };
    let Ok(found) = reading.await else { return Refusal::of(StatusCode::SERVICE_UNAVAILABLE).into_response() };
    let main = match found {
        // made of Markdown, in which HTML is text
        Some((text, at_ms)) => html! {
            (PreEscaped(text))
            p.muted { (information::published(l, date_time(l, Timestamp::from_millisecond(at_ms).unwrap_or_default()))) }
        },
        None => html! { p { (information::none(l)) } },
    };
    let foot = html! {
        a href=(routes::SCAN) { (scan::go(l)) } " "
        a href=(routes::SIGN_IN) { (information::sign_in(l)) }
    };
    let other = format!("{}?lang={}", routes::INFORMATION, swapped(l).code());
    answer(frame(l, information::title(l), Some(&other), &html! {}, &main, &foot))
}
