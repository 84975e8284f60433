//! Practising on simulated chips: no store, no key of the province, nothing of anybody.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use contract::Failure;
use registry::work::write_chip::demonstration_blank;
use registry::work::write_chip::training::Training;

use super::Answer;
use super::write_chip::{answers, desk, opened};
use crate::visit::Visit;
use crate::writing::Place;
use crate::{Portal, page, practice, routes};

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::training::respond(&portal, &visit))
}

/// With the card that lies there.
pub async fn begin(State(portal): State<Portal>, Extension(visit): Extension<Visit>, body: Bytes) -> Answer {
    let opened = opened(&body)?;
    let vault = portal.training().ok_or(Failure::NotFound)?;
    let place = place(&visit)?;
    let mut training = match portal.trainings.take(&place, visit.at_ms) {
        Some(training) => training,
        None => Training::new(vault.clone(), portal.draw.clone(), visit.at_ms)?,
    };
    let told = training.begin(opened);
    portal.trainings.put(place, training, visit.at_ms);
    Ok(Json(told).into_response())
}

/// A blank for a simulated reader of a demonstration; anywhere else there is none.
pub async fn blank(State(portal): State<Portal>) -> Answer {
    let desk = desk(&portal, String::new());
    let (run, draw) = (demonstration_blank(&portal.store, desk).await?, portal.draw.clone());
    let made = tokio::task::spawn_blocking(move || practice::blank(run, &draw));
    Ok(Json(made.await.map_err(|_| Failure::Internal)??).into_response())
}

/// What the card answered, and what comes next.
pub async fn go_on(State(portal): State<Portal>, Extension(visit): Extension<Visit>, body: Bytes) -> Answer {
    let (place, answers) = (place(&visit)?, answers(&body)?);
    let mut training = portal.trainings.take(&place, visit.at_ms).ok_or(Failure::Stale)?;
    let told = training.turn(Some(answers));
    portal.trainings.put(place, training, visit.at_ms);
    Ok(Json(told).into_response())
}

fn place(visit: &Visit) -> Result<Place, Failure> {
    Ok(Place { session: visit.who()?.id_hash.clone(), path: routes::TRAINING.to_owned() })
}
