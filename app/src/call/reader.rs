//! A reader and what lies on it: the server shows the page, the browser does the rest.

use axum::Extension;
use axum::extract::State;

use super::Answer;
use crate::visit::Visit;
use crate::{Portal, page};

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::reader::respond(&portal, &visit))
}
