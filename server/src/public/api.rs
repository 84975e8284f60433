//! `/api/v1/status`: states of cards for door and document systems, by `Authorization: Bearer KEY`. A program that has a key is told the
//! state by the code alone, and nothing of the holder. `/api/v1/certificates`: certificates of digital signatures, with a scope of their own.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ::metrics::counter;
use app::{Asked, Portal, Visit};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use contract::check::{CardStatus, CardStatuses, Scope, StatusQuestion};
use contract::{Failure, Fault, Outage};
use jiff::Timestamp;
use model::card_code::CardCode;
use registry::Store;
use registry::token::Token;
use registry::work::api_keys::{GoodKey, good_keys};
use registry::work::certificates::asked::{Question, told as told_certificates};

use super::Public;
use super::limits::{Quotas, TooMany};

/// Codes in one question.
const MOST: usize = 1_000;

/// The keys that are good now, by their hashes.
#[derive(Default)]
pub(super) struct Keys {
    held: RwLock<HashMap<Vec<u8>, GoodKey>>,
    quotas: Quotas,
}

impl Keys {
    pub(super) async fn refresh(&self, store: &Store) -> Result<(), Failure> {
        let keys = good_keys(&mut store.read().await?).await?;
        let held = keys.into_iter().map(|key| (key.hash.clone(), key)).collect();
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        Ok(())
    }

    /// Whether these headers may ask for so many cards.
    fn admit(&self, headers: &HeaderMap, scope: Scope, cards: usize, now_ms: i64) -> Result<(), Refused> {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token =
            given.and_then(|value| value.strip_prefix("Bearer ")).and_then(|key| key.strip_prefix(app::KEY_PREFIX));
        let hash = token.and_then(Token::parse).map(|token| token.hash()).ok_or(Refused::Key)?;
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let key = held.get(&hash).ok_or(Refused::Key)?;
        if !key.scopes.contains(&scope) {
            return Err(Refused::Scope);
        }
        self.quotas.take(key.id, key.quota, u32::try_from(cards).unwrap_or(u32::MAX), now_ms).map_err(Refused::Quota)
    }
}

enum Refused {
    Key,
    Scope,
    Quota(TooMany),
}

/// `GET /api/v1/status/{code}`.
pub(super) async fn one(
    public: Arc<Public>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    code: Option<Path<String>>,
) -> Response {
    if let Err(refused) = public.keys.admit(&headers, Scope::Status, 1, visit.at_ms) {
        return refusal(&refused);
    }
    match ready(&public, visit.at_ms) {
        Ok(_) => {
            let code = code.map_or_else(String::new, |Path(code)| code);
            Json(status(&public, code, visit.at_ms)).into_response()
        }
        Err(failure) => told(StatusCode::SERVICE_UNAVAILABLE, &failure),
    }
}

/// `POST /api/v1/status`.
pub(super) async fn many(
    public: Arc<Public>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Option<StatusQuestion> = serde_json::from_slice(&body).ok();
    let asked = asked.filter(|asked| asked.codes.len() <= MOST);
    let cards = asked.as_ref().map_or(1, |asked| asked.codes.len().max(1));
    if let Err(refused) = public.keys.admit(&headers, Scope::List, cards, visit.at_ms) {
        return refusal(&refused);
    }
    let Some(asked) = asked else {
        return told(StatusCode::UNPROCESSABLE_ENTITY, &Failure::field("codes", Fault::TooLong { max: MOST }));
    };
    match ready(&public, visit.at_ms) {
        Ok(as_of) => {
            let cards = asked.codes.into_iter().map(|code| status(&public, code, visit.at_ms)).collect();
            Json(CardStatuses { as_of: written(as_of), cards }).into_response()
        }
        Err(failure) => told(StatusCode::SERVICE_UNAVAILABLE, &failure),
    }
}

/// `GET /api/v1/certificates`. The key's quota counts the certificates that are asked for.
pub(super) async fn certificates(
    public: Arc<Public>,
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Asked(asked): Asked,
) -> Response {
    let said = |name: &str| Some(asked.get(name)).filter(|value| !value.is_empty());
    let question = Question {
        serial: said("serial"),
        person: said("person"),
        unit: said("unit"),
        expiring_before: said("expiring_before"),
        state: said("state"),
        after: said("after"),
        limit: said("limit"),
    };
    let most = question.most();
    let many = most.as_ref().map_or(1, |most| *most as usize);
    if let Err(refused) = public.keys.admit(&headers, Scope::Certificates, many, visit.at_ms) {
        return refusal(&refused);
    }
    let answering = async {
        let mut conn = portal.store.read().await?;
        told_certificates(&mut conn, &question).await
    };
    match answering.await {
        Ok(answer) => Json(answer).into_response(),
        Err(failure @ Failure::Invalid { .. }) => told(StatusCode::UNPROCESSABLE_ENTITY, &failure),
        Err(failure) => {
            tracing::warn!(?failure, "certificates could not be told to a program");
            told(StatusCode::SERVICE_UNAVAILABLE, &Failure::Unavailable { why: Outage::Busy })
        }
    }
}

fn ready(public: &Public, at_ms: i64) -> Result<i64, Failure> {
    public.cards.ready(at_ms).map(|()| public.cards.fresh_ms())
}

fn status(public: &Public, code: String, at_ms: i64) -> CardStatus {
    let found = CardCode::parse(&code).ok().and_then(|code| public.cards.state(&code, at_ms));
    let (state, since) = found.map_or(("unknown", None), |(told, since)| (told.name(), Some(written(since))));
    counter!("congthe_public_checks_total", "by" => "key", "answer" => state).increment(1);
    CardStatus { code, state: state.to_owned(), since }
}

fn refusal(refused: &Refused) -> Response {
    let (status, failure) = match refused {
        Refused::Key => (StatusCode::UNAUTHORIZED, Failure::SignInNeeded),
        Refused::Scope => (StatusCode::FORBIDDEN, Failure::Forbidden),
        Refused::Quota(TooMany { seconds }) => {
            (StatusCode::TOO_MANY_REQUESTS, Failure::TooManyAttempts { seconds: *seconds })
        }
    };
    told(status, &failure)
}

fn told(status: StatusCode, failure: &Failure) -> Response {
    let mut response = (status, Json(failure)).into_response();
    let headers = response.headers_mut();
    match failure {
        Failure::SignInNeeded => drop(headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        Failure::TooManyAttempts { seconds } => drop(headers.insert(RETRY_AFTER, (*seconds).into())),
        Failure::Unavailable { why: Outage::Busy } => drop(headers.insert(RETRY_AFTER, 5.into())),
        _ => {}
    }
    response
}

fn written(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).unwrap_or_default().to_string()
}
