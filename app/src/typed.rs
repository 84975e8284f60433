//! What was typed into a form, or stands in a query: names and values, nothing lost, whatever came.

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use contract::Failure;
use std::convert::Infallible;

use crate::call::Refused;

/// Names and values in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// What is typed into the fields when the page is first shown.
    pub fn start<const N: usize>(pairs: [(&str, String); N]) -> Self {
        Typed(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Names and values that were read otherwise.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Typed(pairs)
    }

    /// The value of a field; empty where there is none.
    pub fn get(&self, name: &str) -> String {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// Every value of a field that may come several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }

    /// Every value of a field that may come several times, as numbers: check boxes of a list.
    pub fn ids(&self, name: &str) -> Vec<i64> {
        self.0.iter().filter(|(field, _)| field == name).filter_map(|(_, value)| value.trim().parse().ok()).collect()
    }

    /// What came under names that begin so, by the number behind: `reason-7`.
    pub fn numbered(&self, prefix: &str) -> Vec<(i64, String)> {
        let number = |name: &str| name.strip_prefix(prefix)?.parse().ok();
        self.0.iter().filter_map(|(name, value)| Some((number(name)?, value.clone()))).collect()
    }

    /// The value as a number; `None` for anything else.
    pub fn id(&self, name: &str) -> Option<i64> {
        self.get(name).trim().parse().ok()
    }

    /// Whether the field came at all: a check box, a button.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    fn parse(bytes: &[u8]) -> Self {
        // application/x-www-form-urlencoded has no wrong texts, only surprising ones
        Typed(serde_html_form::from_bytes(bytes).unwrap_or_default())
    }
}

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let bytes = axum::body::Bytes::from_request(request, state).await;
        Ok(Typed::parse(&bytes.map_err(BytesRejection::into_response)?))
    }
}

/// The query of the address.
#[derive(Clone, Debug, Default)]
pub struct Asked(pub Typed);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Asked(Typed::parse(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

/// The number in the path; whatever else stands there leads nowhere.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let path = Path::<i64>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Id(id)).map_err(|_| Refused(Failure::NotFound))
    }
}
