//! Joins a page of the portal to the reader of an Isolated Web App, which may claim what a page may not. Both open a WebSocket here, and
//! the server carries what they say (`pkg/relay`, the messages of the bridge) between exactly one page and one app. It reads each
//! message, so that nothing else passes, keeps none of it, and writes none of it down.
//!
//! # Pairing, and why it goes this way
//!
//! The app gets a code of six digits and shows it. The person types it on the portal's page. The app then shows who that was, and the
//! person at the app allows it. Each time anew: no token is left behind.
//!
//! - *Nobody's app comes before somebody else's page.* Anybody who can reach the portal can open the app's end, since an `Origin` can be made
//!   up outside of a browser. What they get is a code, and a page is joined only to the app whose code was typed there. A code is never
//!   shown on the page to be typed into an app: then a stranger's program could guess it, over and over, without an account. No two codes
//!   that are good at a time differ in fewer than three digits, so that a slip of the finger never meets another app's code.
//! - *Nobody's page comes to somebody else's app.* A code is typed by a signed-in account that may use a reader; a try that does not end with a
//!   joined page makes that account wait, longer with each. And who guesses a code is named at the app, and still needs the yes of the
//!   person there.
//! - A code is good for a minute and for one try: once typed rightly it is gone, whatever the person answers. Codes at a time are few,
//!   in all and of one address.
//!
//! Both connections end when one does, when the session ends or idles out (being connected does not count as being used), or when the account
//! may not use a reader any more.

mod app_end;
mod hub;
mod page_end;
mod talk;

use std::sync::Arc;
use std::time::Duration;

use ::app::{Access, Entry, Visit, read, routes};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use model::role::Action;

pub use hub::Hub;

use crate::refusal::Refusal;

/// How long anything may take. Tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the open connection to its first message.
    pub hello: Duration,
    /// How long a code is good.
    pub code: Duration,
    /// From the question to the answer of the person at the app.
    pub consent: Duration,
    /// Until the other side takes a message.
    pub send: Duration,
    /// Between two looks whether the session still goes on; each also asks the other side for a sign of life.
    pub look: Duration,
    /// After a first try in vain; doubled with each further one.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            hello: Duration::from_secs(10),
            code: Duration::from_secs(60),
            consent: Duration::from_secs(60),
            send: Duration::from_secs(10),
            look: Duration::from_secs(5),
            pause: Duration::from_secs(2),
        }
    }
}

/// The two routes, each with its access.
pub fn table(hub: &Arc<Hub>) -> Vec<Entry> {
    let (pages, apps) = (hub.clone(), hub.clone());
    let page = move |State(portal): State<::app::Portal>, Extension(visit): Extension<Visit>, upgrade: Upgrade| async move {
        let Some(place) = pages.place_for_page() else { return full() };
        enter(upgrade, move |socket| async move {
            page_end::serve(socket, pages, portal, visit).await;
            drop(place);
        })
    };
    let app = move |Extension(visit): Extension<Visit>, upgrade: Upgrade| async move {
        let Some(place) = apps.place_for_app() else { return full() };
        enter(upgrade, move |socket| async move {
            app_end::serve(socket, apps, visit.address).await;
            drop(place);
        })
    };
    vec![
        read(routes::READER_RELAY, Access::May(Action::UseReader), page),
        // whose `Origin` is not configured does not come this far (`crate::origin`)
        read(routes::READER_APP, Access::Public, app),
    ]
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

fn enter<F, Served>(upgrade: Upgrade, serve: F) -> Response
where
    F: FnOnce(axum::extract::ws::WebSocket) -> Served + Send + 'static,
    Served: Future<Output = ()> + Send + 'static,
{
    match upgrade {
        // a little more than is allowed, so that what is just too long is still heard and refused by its length
        Ok(upgrade) => upgrade
            .max_message_size(2 * ::relay::LONGEST_MESSAGE)
            .max_frame_size(2 * ::relay::LONGEST_MESSAGE)
            .on_upgrade(serve),
        Err(rejection) => rejection.into_response(),
    }
}

fn full() -> Response {
    Refusal::of(StatusCode::SERVICE_UNAVAILABLE).into_response()
}
