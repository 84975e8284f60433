//! The app's end: a code, the question, then what its reader answers.

use std::sync::Arc;

use ::relay::{FromApp, FromRelay, Refusal, ToApp, VERSION};
use axum::extract::ws::{WebSocket, close_code};
use tokio::time::{interval, timeout};

use super::Hub;
use super::hub::{AppSide, joint};
use super::talk::{Over, Talk};

/// Why an app goes.
enum End {
    Over(Over),
    Refused(Refusal),
    /// Its page is gone.
    Parted,
}

impl From<Over> for End {
    fn from(over: Over) -> Self {
        End::Over(over)
    }
}

/// Hears the app until it, or its page, goes.
pub async fn serve(socket: WebSocket, hub: Arc<Hub>, address: String) {
    let mut talk = Talk::new(socket, hub.limits.send);
    let end = match pair(&mut talk, &hub, &address).await {
        Ok(page) => carry(&mut talk, &hub, page).await,
        Err(end) => end,
    };
    match end {
        End::Over(Over::Gone) => {}
        End::Over(Over::Broken(code)) => talk.close(code).await,
        End::Parted => talk.close(close_code::AWAY).await,
        End::Refused(reason) => {
            tracing::info!("a reader app was refused: {reason}");
            if talk.say(ToApp::Refused { reason }.text()).await.is_ok() {
                talk.close(close_code::POLICY).await;
            }
        }
    }
}

async fn pair(talk: &mut Talk, hub: &Arc<Hub>, address: &str) -> Result<AppSide, End> {
    let hello = timeout(hub.limits.hello, talk.hear()).await.map_err(|_| End::Refused(Refusal::Expired))??;
    match FromApp::parse(&hello) {
        Ok(FromApp::Hello { version: VERSION, .. }) => {}
        Ok(FromApp::Hello { .. }) => return Err(End::Refused(Refusal::Version)),
        _ => return Err(End::Refused(Refusal::Malformed)),
    }
    let mut offer = hub.offer(address).map_err(End::Refused)?;
    let seconds = u32::try_from(hub.limits.code.as_secs()).unwrap_or(u32::MAX);
    talk.say(ToApp::Code { code: offer.code.clone(), seconds }.text()).await?;
    let claim = tokio::select! {
        claim = timeout(hub.limits.code, &mut offer.claimed) => match claim {
            Ok(Ok(claim)) => claim,
            _ => return Err(End::Refused(Refusal::Expired)),
        },
        heard = talk.hear() => return Err(unexpected(heard)),
    };
    drop(offer);

    let mut answer = claim.answer;
    talk.say(ToApp::Asked { by: claim.by }.text()).await?;
    let refusal = tokio::select! {
        heard = timeout(hub.limits.consent, talk.hear()) => match heard.map(|heard| heard.map(|text| FromApp::parse(&text))) {
            Err(_) => Refusal::Expired,
            Ok(Err(over)) => {
                _ = answer.send(Err(Refusal::No));
                return Err(End::Over(over));
            }
            Ok(Ok(Ok(FromApp::Consent { yes: true }))) => {
                let (page, app) = joint();
                // said before the page can ask anything
                talk.say(ToApp::Joined {}.text()).await?;
                return answer.send(Ok(page)).map(|()| app).map_err(|_| End::Parted);
            }
            Ok(Ok(Ok(FromApp::Consent { yes: false }))) => Refusal::No,
            Ok(Ok(_)) => Refusal::Malformed,
        },
        () = answer.closed() => return Err(End::Refused(Refusal::Expired)),
    };
    _ = answer.send(Err(refusal));
    Err(End::Refused(refusal))
}

fn unexpected<T>(heard: Result<T, Over>) -> End {
    heard.map_or_else(End::Over, |_| End::Refused(Refusal::Malformed))
}

async fn carry(talk: &mut Talk, hub: &Hub, mut page: AppSide) -> End {
    let mut life = interval(hub.limits.look);
    loop {
        let done = tokio::select! {
            heard = talk.hear() => match heard.map(|text| FromRelay::parse(&text)) {
                Ok(Ok(message @ (FromRelay::Answer(..) | FromRelay::Event(_)))) => {
                    match page.to_page.send_timeout(message, hub.limits.send).await {
                        Ok(()) => Ok(()),
                        Err(_) => return End::Parted,
                    }
                }
                Ok(_) => Err(Over::Broken(close_code::POLICY)),
                Err(over) => Err(over),
            },
            asked = page.from_page.recv() => match asked {
                Some(request) => talk.say(request.text()).await,
                None => return End::Parted,
            },
            _ = life.tick() => talk.ping().await,
        };
        if let Err(over) = done {
            return End::Over(over);
        }
    }
}
