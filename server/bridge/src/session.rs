//! One page, from its `hello` until it goes.
mod requests;

use crate::NAME;
use crate::door::Bridge;
use crate::origin::Origin;
use crate::talk::{Over, Talk};
use axum::extract::ws::{WebSocket, close_code};
use relay::{FromPage, FromRelay, Refusal, Token, VERSION};
use tokio::time::timeout;

/// Why a page goes.
enum End {
    Over(Over),
    Refused(Refusal),
    Stopping,
}

impl From<Over> for End {
    fn from(over: Over) -> Self {
        End::Over(over)
    }
}

/// Hears the page until it goes, is refused, or the program ends.
pub async fn serve(socket: WebSocket, origin: &Origin, bridge: &Bridge) {
    let mut talk = Talk::new(socket, bridge.limits.send);
    let mut stopping = bridge.stopping.clone();
    let end = tokio::select! {
        end = converse(&mut talk, origin, bridge) => end,
        _ = stopping.wait_for(|stopping| *stopping) => End::Stopping,
    };
    match end {
        End::Over(Over::Gone) => {}
        End::Over(Over::Broken(code)) => talk.close(code).await,
        End::Stopping => talk.close(close_code::AWAY).await,
        End::Refused(reason) => {
            tracing::info!("{origin} refused: {reason}");
            if talk.say(&FromRelay::Refused(reason)).await.is_ok() {
                talk.close(close_code::POLICY).await;
            }
        }
    }
    tracing::info!("{origin} left");
}

async fn converse(talk: &mut Talk, origin: &Origin, bridge: &Bridge) -> End {
    match greet(talk, origin, bridge).await {
        Ok(()) => requests::answer(talk, origin, bridge).await,
        Err(end) => end,
    }
}

async fn greet(talk: &mut Talk, origin: &Origin, bridge: &Bridge) -> Result<(), End> {
    let hello = timeout(bridge.limits.hello, talk.hear()).await.map_err(|_| End::Refused(Refusal::Expired))??;
    let Ok(FromPage::Hello { version, token, code: None }) = hello else {
        return Err(End::Refused(Refusal::Malformed));
    };
    if version != VERSION {
        return Err(End::Refused(Refusal::Version));
    }
    let known = match token {
        Some(token) => bridge.pairing.knows(origin, &token).map_err(End::Refused)?,
        None => false,
    };
    if !known {
        let token = pair(talk, origin, bridge).await?;
        talk.say(&FromRelay::Paired(token)).await?;
    }
    talk.say(&FromRelay::Ready { version: VERSION, relay: NAME.to_owned() }).await?;
    tracing::info!("{origin} connected");
    Ok(())
}

/// Asks the person; a page that goes or speaks meanwhile withdraws the question.
async fn pair(talk: &mut Talk, origin: &Origin, bridge: &Bridge) -> Result<Token, End> {
    let question = bridge.pairing.begin(origin.clone()).map_err(End::Refused)?;
    talk.say(&FromRelay::Pairing(question.code())).await?;
    tokio::select! {
        answer = question.answer() => answer.map_err(End::Refused),
        heard = talk.hear() => Err(match heard {
            Ok(_) => End::Refused(Refusal::Malformed),
            Err(over) => End::Over(over),
        }),
    }
}
