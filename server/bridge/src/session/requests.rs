//! What a page asks once it is in. One call to a reader at a time; meanwhile the page is heard, and told of changes.
use super::End;
use crate::desk::{Desk, Held};
use crate::door::Bridge;
use crate::origin::Origin;
use crate::talk::Talk;
use crate::watch::Seen;
use relay::{Answer, Ask, Fault, FromPage, FromRelay, Id, Leaving, Refusal, Unreadable};
use std::pin::Pin;
use tokio::sync::watch;

/// A call under way; it has the reader, and gives it back with the answer.
type Call = Pin<Box<dyn Future<Output = (Option<Held>, FromRelay)> + Send>>;

/// Answers until the page goes. Whatever it had is free then.
pub(super) async fn answer(talk: &mut Talk, origin: &Origin, bridge: &Bridge) -> End {
    let mut readers = bridge.readers.clone();
    readers.mark_unchanged();
    let mut held = None;
    let mut call: Option<Call> = None;
    loop {
        let said = tokio::select! {
            heard = talk.hear() => {
                let (id, ask) = match heard {
                    Ok(Ok(FromPage::Request { id, ask })) => (id, ask),
                    Ok(Err(Unreadable { id: Some(id) })) => {
                        if let Err(over) = talk.say(&FromRelay::Answer(id, Err(Fault::Malformed))).await {
                            return End::Over(over);
                        }
                        continue;
                    }
                    Ok(Ok(FromPage::Hello { .. }) | Err(Unreadable { id: None })) => return End::Refused(Refusal::Malformed),
                    Err(over) => return End::Over(over),
                };
                match (ask.check(), &ask) {
                    (Err(fault), _) => FromRelay::Answer(id, Err(fault)),
                    (Ok(()), Ask::List) => FromRelay::Answer(id, readers.borrow().clone().map(Answer::Readers)),
                    (Ok(()), _) if call.is_some() => FromRelay::Answer(id, Err(Fault::Busy)),
                    (Ok(()), _) => {
                        call = Some(Box::pin(carry_out(bridge.desk.clone(), origin.clone(), held.take(), id, ask)));
                        continue;
                    }
                }
            },
            (still_held, said) = under_way(&mut call) => {
                call = None;
                held = still_held;
                said
            },
            seen = change(&mut readers) => FromRelay::Event(seen),
        };
        if let Err(over) = talk.say(&said).await {
            return End::Over(over);
        }
    }
}

async fn under_way(call: &mut Option<Call>) -> (Option<Held>, FromRelay) {
    match call {
        Some(call) => call.await,
        None => std::future::pending().await,
    }
}

async fn change(readers: &mut watch::Receiver<Seen>) -> Seen {
    match readers.changed().await {
        Ok(()) => readers.borrow_and_update().clone(),
        Err(_) => std::future::pending().await, // the program ends
    }
}

async fn carry_out(desk: Desk, origin: Origin, held: Option<Held>, id: Id, ask: Ask) -> (Option<Held>, FromRelay) {
    let (held, answer) = match (ask, held) {
        (Ask::List, held) => (held, Err(Fault::Malformed)), // answered where the readers are known
        (Ask::Connect { reader }, held) => connect(&desk, &origin, held, reader).await,
        (_, None) => (None, Err(Fault::NotConnected)),
        (Ask::Transmit { apdu }, Some(held)) => {
            let answer = held.transmit(apdu.0).await;
            (Some(held), answer.map(|data| Answer::Data(data.into())))
        }
        (Ask::Control { data }, Some(held)) => {
            let answer = held.control(data.0).await;
            (Some(held), answer.map(|data| Answer::Data(data.into())))
        }
        (Ask::Disconnect { card }, Some(held)) => (None, held.disconnect(card).await.map(|()| Answer::Done)),
    };
    if let Err(fault) = answer {
        tracing::info!("{origin}: {fault}");
    }
    let held = match (held, answer.as_ref().err()) {
        // its thread is still in the call, and lets go by itself
        (_, Some(Fault::Timeout)) => None,
        (Some(held), Some(fault)) if fault.ends_connection() => {
            // so that the page may connect at once
            _ = held.disconnect(Leaving::Reset).await;
            None
        }
        (held, _) => held,
    };
    (held, FromRelay::Answer(id, answer))
}

/// What the page had is given back first, so that it may also take the same reader again.
async fn connect(
    desk: &Desk,
    origin: &Origin,
    held: Option<Held>,
    reader: String,
) -> (Option<Held>, Result<Answer, Fault>) {
    if let Some(Err(Fault::Timeout)) = match held {
        Some(held) => Some(held.disconnect(Leaving::Reset).await),
        None => None,
    } {
        return (None, Err(Fault::Timeout));
    }
    match desk.connect(reader.clone()).await {
        Ok((held, atr)) => {
            tracing::info!("{origin} uses {}", reader.escape_debug());
            (Some(held), Ok(Answer::Connected(atr.into())))
        }
        Err(fault) => (None, Err(fault)),
    }
}
