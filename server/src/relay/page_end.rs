//! The page's end: the code that was typed there, then its requests. To the page it is a relay like the bridge.

use std::sync::Arc;

use ::app::{Portal, Visit};
use ::relay::{FromPage, FromRelay, PairingCode, Refusal, Unreadable, VERSION};
use axum::extract::ws::{WebSocket, close_code};
use model::role::Action;
use registry::work::resume_session::{Stage, look_at_session};
use tokio::time::{interval, timeout};

use super::Hub;
use super::hub::PageSide;
use super::talk::{Over, Talk};

const NAME: &str = concat!("congthe/", env!("CARGO_PKG_VERSION"));

/// Why a page goes.
enum End {
    Over(Over),
    Refused(Refusal),
    /// Its app is gone.
    Parted,
    /// Its session is over.
    SignedOut,
}

impl From<Over> for End {
    fn from(over: Over) -> Self {
        End::Over(over)
    }
}

/// Hears the page until it, its app, or its session goes.
pub async fn serve(socket: WebSocket, hub: Arc<Hub>, portal: Portal, visit: Visit) {
    let mut talk = Talk::new(socket, hub.limits.send);
    let end = tokio::select! {
        end = converse(&mut talk, &hub, &visit) => end,
        () = signed_out(&hub, &portal, &visit) => End::SignedOut,
    };
    match end {
        End::Over(Over::Gone) => {}
        End::Over(Over::Broken(code)) => talk.close(code).await,
        End::Parted => talk.close(close_code::AWAY).await,
        End::SignedOut => talk.close(close_code::POLICY).await,
        End::Refused(reason) => {
            tracing::info!("a page that wanted a reader app was refused: {reason}");
            if talk.say(FromRelay::Refused(reason).text()).await.is_ok() {
                talk.close(close_code::POLICY).await;
            }
        }
    }
}

/// Comes back when the session is over, or the account may not use a reader any more.
async fn signed_out(hub: &Hub, portal: &Portal, visit: &Visit) {
    let Some(token) = &visit.token else { return };
    let mut looks = interval(hub.limits.look);
    loop {
        looks.tick().await;
        match look_at_session(&portal.store, token, portal.now_ms()).await {
            Ok(Some(session)) if session.stage == Stage::Full && session.actor.may_somewhere(Action::UseReader) => {}
            Ok(_) => return,
            // a database that is busy for a moment signs nobody out; the next look tells
            Err(failure) => tracing::warn!(?failure, "a session could not be looked at"),
        }
    }
}

async fn converse(talk: &mut Talk, hub: &Hub, visit: &Visit) -> End {
    match pair(talk, hub, visit).await {
        Ok(app) => {
            tracing::info!("a page and a reader app are joined");
            let end = carry(talk, hub, app).await;
            tracing::info!("a page and a reader app are parted");
            end
        }
        Err(end) => end,
    }
}

async fn pair(talk: &mut Talk, hub: &Hub, visit: &Visit) -> Result<PageSide, End> {
    let hello = timeout(hub.limits.hello, talk.hear()).await.map_err(|_| End::Refused(Refusal::Expired))??;
    let code = match FromPage::parse(&hello) {
        Ok(FromPage::Hello { version: VERSION, token: None, code: Some(code) }) => code,
        Ok(FromPage::Hello { version, .. }) if version != VERSION => return Err(End::Refused(Refusal::Version)),
        _ => return Err(End::Refused(Refusal::Malformed)),
    };
    // who stands behind the gate has both
    let (Ok(who), Some(account)) = (visit.who(), visit.actor().ok().and_then(|actor| actor.account_id)) else {
        return Err(End::SignedOut);
    };
    let by = format!("{} ({})", who.actor.display_name, who.login);
    let app = wait_for_app(talk, hub, (account, by), &code).await?;
    hub.joined(account);
    talk.say(FromRelay::Ready { version: VERSION, relay: NAME.to_owned() }.text()).await?;
    Ok(app)
}

/// The person at the app answers; a page that goes or speaks meanwhile withdraws the question.
async fn wait_for_app(
    talk: &mut Talk,
    hub: &Hub,
    (account, by): (i64, String),
    code: &PairingCode,
) -> Result<PageSide, End> {
    let answered = hub.claim(account, by, code).map_err(End::Refused)?;
    // for the person to see that it was understood
    talk.say(FromRelay::Pairing(code.clone()).text()).await?;
    tokio::select! {
        // the app has a limit of its own; it answers or leaves
        answer = timeout(hub.limits.consent + hub.limits.send, answered) => match answer {
            Ok(Ok(answer)) => answer.map_err(End::Refused),
            Ok(Err(_)) => Err(End::Refused(Refusal::No)),
            Err(_) => Err(End::Refused(Refusal::Expired)),
        },
        heard = talk.hear() => Err(heard.map_or_else(End::Over, |_| End::Refused(Refusal::Malformed))),
    }
}

async fn carry(talk: &mut Talk, hub: &Hub, mut app: PageSide) -> End {
    let mut life = interval(hub.limits.look);
    loop {
        let done = tokio::select! {
            heard = talk.hear() => match heard.map(|text| FromPage::parse(&text)) {
                Ok(Ok(FromPage::Request { id, ask })) => match ask.check() {
                    Ok(()) => {
                        let request = FromPage::Request { id, ask };
                        match app.to_app.send_timeout(request, hub.limits.send).await {
                            Ok(()) => Ok(()),
                            Err(_) => return End::Parted,
                        }
                    }
                    Err(fault) => talk.say(FromRelay::Answer(id, Err(fault)).text()).await,
                },
                Ok(Err(Unreadable { id: Some(id) })) => {
                    talk.say(FromRelay::Answer(id, Err(::relay::Fault::Malformed)).text()).await
                }
                Ok(Ok(FromPage::Hello { .. }) | Err(Unreadable { id: None })) => {
                    return End::Refused(Refusal::Malformed);
                }
                Err(over) => Err(over),
            },
            said = app.from_app.recv() => match said {
                Some(message) => talk.say(message.text()).await,
                None => return End::Parted,
            },
            _ = life.tick() => talk.ping().await,
        };
        if let Err(over) = done {
            return End::Over(over);
        }
    }
}
