//! One reader at a time: opened, watched, closed. What happens is told to the page.
use std::cell::Cell;
use std::rc::Rc;

use reader::Presence;

use crate::card::{self, Told};
use crate::open::Open;
use crate::trace;
use crate::trial;
use crate::trouble::Trouble;
use crate::write::{self, Wrote};

/// What the page is told.
pub enum News {
    /// The reader is open; no card is on it.
    Waiting,
    /// A card came and is being asked.
    Asking,
    /// What it told.
    Card(Box<Told>),
    /// The reader is being tried with it.
    Trying,
    /// It went well, in so many milliseconds.
    Tried(u32),
    /// A card came whose chip is written when the button is pressed.
    There,
    /// Its chip is being written: so many batches so far.
    Writing(u32),
    /// That has ended.
    Wrote(Wrote),
    /// Something with the card; the reader is watched on.
    CardTrouble(Trouble),
    /// The reader is gone or cannot be used any more.
    Over(Option<Trouble>),
}

/// What the person wants of the reader that is watched.
#[derive(Default)]
pub struct Wishes {
    /// Close it.
    pub close: Cell<bool>,
    /// Ask the card once more.
    pub again: Cell<bool>,
    /// Try the reader with the card, a blank.
    pub trial: Cell<bool>,
    /// Write the card's chip.
    pub write: Cell<bool>,
}

/// A card that answers badly is asked so often, while it lies there.
const MOST_TRIES: u8 = 3;

/// Troubles that leave the reader as it is: of the card, or of a module that did not come.
fn of_card(trouble: &Trouble) -> bool {
    const NAMES: [&str; 11] = [
        "no-card",
        "card-gone",
        "mute",
        "wrong-card",
        "not-desfire",
        "garbled",
        "refused",
        "no-module",
        "trial-occupied",
        "trial-keyed",
        "trial-differs",
    ];
    NAMES.contains(&trouble.say)
}

/// Watches a reader until it is closed or gone.
pub async fn watch(mut reader: Open, wishes: Rc<Wishes>, tell: impl Fn(News)) {
    let mut reopened = 0;
    // whether the page has been told that no card is there, and how often the card that is there was asked in vain
    let (mut waiting, mut in_vain) = (false, 0);
    let mut told = "";
    // whether the page has been told of the card that waits for the button
    let mut there = false;
    // on a page that writes, a card that comes is written, until one is; one that was tried in vain waits for the button
    let (mut writes, mut tried) = (write::address().is_some() && !write::when_asked(), false);
    if let Err(trouble) = reader.prepare().await {
        reader.close().await;
        return tell(News::Over(Some(trouble)));
    }
    while !wishes.close.get() {
        let looked = reader.look().await;
        if looked.is_ok() {
            told = "";
        }
        let result = match looked {
            Ok(Presence::Absent) => {
                if !waiting {
                    tell(News::Waiting);
                }
                (waiting, in_vain, tried, there) = (true, 0, false, false);
                wishes.write.set(false);
                // it was meant for the card that is gone
                wishes.trial.set(false);
                Ok(())
            }
            Ok(Presence::Fresh | Presence::Connected) if wishes.write.replace(false) => {
                (waiting, there) = (false, true);
                match write_chip(&mut reader, &tell).await {
                    Ok(wrote) => {
                        writes &= !wrote.as_ref().is_some_and(|said| said.1) || write::many();
                        // one that was taken away goes on when it is back
                        tried = !wrote.is_some_and(|(said, _)| said.starts_with("chip-gone"));
                        Ok(())
                    }
                    Err(trouble) => Err(trouble),
                }
            }
            Ok(Presence::Fresh) if writes && !tried => {
                wishes.write.set(true);
                continue;
            }
            // a page that writes asks nothing else
            Ok(Presence::Fresh | Presence::Connected) if write::address().is_some() => {
                if write::when_asked() && !std::mem::replace(&mut there, true) {
                    tell(News::There);
                }
                waiting = false;
                Ok(())
            }
            // a card that just came is asked first
            Ok(Presence::Connected) if wishes.trial.replace(false) => {
                tell(News::Trying);
                try_out(&mut reader, &tell).await
            }
            Ok(Presence::Connected) if !wishes.again.get() => Ok(()),
            // a card that was asked in vain is not asked again until it is taken away or somebody wants it
            Ok(Presence::Fresh) if in_vain >= MOST_TRIES && !wishes.again.get() => Ok(()),
            Ok(Presence::Fresh | Presence::Connected) => {
                if wishes.again.replace(false) {
                    in_vain = 0;
                }
                waiting = false;
                if in_vain == 0 {
                    tell(News::Asking);
                }
                match ask(&mut reader, &tell).await {
                    Ok(tries) => {
                        in_vain = tries.map_or(0, |tries| in_vain + tries);
                        Ok(())
                    }
                    Err(trouble) => Err(trouble),
                }
            }
            // another program has the card, or the card cannot be told: said once, and watched on
            Err(trouble) if trouble.say == "in-use" || (of_card(&trouble) && trouble.say != "refused") => {
                if told != trouble.say {
                    told = trouble.say;
                    tell(News::CardTrouble(trouble));
                }
                waiting = false;
                Ok(())
            }
            Err(trouble) => Err(trouble),
        };
        match result {
            Ok(()) => reopened = 0,
            Err(trouble) if reopened < 2 && ["timeout", "confused", "refused"].contains(&trouble.say) => {
                // late answers are told from new ones by opening anew
                trace::note(&format!("opened anew: {}", trouble.detail));
                reopened += 1;
                waiting = false;
                if let Err(trouble) = reader.prepare().await {
                    reader.close().await;
                    return tell(News::Over(Some(trouble)));
                }
            }
            Err(trouble) => {
                reader.close().await;
                return tell(News::Over(Some(trouble)));
            }
        }
        reader.notice().await;
    }
    reader.close().await;
    tell(News::Over(None));
}

/// Tries the reader with the card that lies there; what went wrong with the card is told, and the card is not asked anew for it.
async fn try_out(reader: &mut Open, tell: &impl Fn(News)) -> Result<(), Trouble> {
    let tried = match reader.connect().await {
        Ok(_) => trial::run(reader).await,
        Err(trouble) => Err(trouble),
    };
    match tried {
        Ok(milliseconds) => tell(News::Tried(milliseconds)),
        Err(trouble) if of_card(&trouble) => tell(News::CardTrouble(trouble)),
        Err(trouble) => return Err(trouble),
    }
    Ok(())
}

/// Writes the chip of the card that lies there; how it ended, and whether the card is what it was to become. Nothing where something with
/// the card hindered it before.
async fn write_chip(reader: &mut Open, tell: &impl Fn(News)) -> Result<Option<(String, bool)>, Trouble> {
    tell(News::Writing(0));
    let wrote = match reader.connect().await {
        Ok(_) => write::run(reader, |batch| tell(News::Writing(batch))).await,
        Err(trouble) => Err(trouble),
    };
    match wrote {
        Ok(wrote) => {
            let ended = (wrote.said.clone(), wrote.reached);
            tell(News::Wrote(wrote));
            Ok(Some(ended))
        }
        Err(trouble) if of_card(&trouble) => {
            tell(News::CardTrouble(trouble));
            Ok(None)
        }
        Err(trouble) => Err(trouble),
    }
}

/// Asks the card; `None` when it has answered, otherwise how much of its tries that took.
async fn ask(reader: &mut Open, tell: &impl Fn(News)) -> Result<Option<u8>, Trouble> {
    let told = match reader.connect().await {
        Ok(_) => card::ask(reader).await,
        Err(trouble) => Err(trouble),
    };
    match told {
        Ok(told) => {
            tell(News::Card(Box::new(told)));
            Ok(None)
        }
        Err(trouble) if of_card(&trouble) => {
            let tries = match trouble.say {
                "not-desfire" | "wrong-card" => MOST_TRIES,
                _ => 1,
            };
            tell(News::CardTrouble(trouble));
            Ok(Some(tries))
        }
        Err(trouble) => Err(trouble),
    }
}
