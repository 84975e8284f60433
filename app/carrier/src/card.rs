//! What a card tells anybody: its generation, identifier, memory, keys' versions, applications, and the maker's signature.
use desfire::command::{
    Command, FreeMemory, GetApplicationIds, GetKeySettings, GetKeyVersion, GetVersion, KeysInfo, Model, ReadSig,
    SelectApplication, Version,
};
use desfire::{Aid, Channel, Framing, Step, originality};

use crate::open::Open;
use crate::trouble::Trouble;

/// What was told; what the card refuses is `None`.
pub struct Told {
    pub version: Version,
    pub free: Option<u32>,
    pub keys: Option<KeysInfo>,
    pub master_version: Option<u8>,
    pub applications: Option<Vec<Aid>>,
    pub originality: Originality,
}

/// What the maker's signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Originality {
    Genuine,
    Wrong,
    /// The card has none: an EV1 of the first years, or a simulated card.
    None,
}

/// The smallest frames of all generations: a card that is not known yet takes them.
const FRAME: usize = 64;

/// Asks it. The card itself is selected first: whatever another program or the system left open is ended so.
pub async fn ask(reader: &mut Open) -> Result<Told, Trouble> {
    let mut channel = Channel::new(Framing::Wrapped, FRAME);
    let not_desfire =
        |trouble: Trouble| if trouble.say == "refused" { Trouble::new("not-desfire", trouble.detail) } else { trouble };
    run(reader, &mut channel, &SelectApplication::new(Aid::PICC)).await.map_err(not_desfire)?;
    let version = run(reader, &mut channel, &GetVersion).await.map_err(not_desfire)?;
    if version.model() == Model::Other {
        return Err(Trouble::new(
            "not-desfire",
            format!("{:02X} {:02X}", version.hardware.kind, version.hardware.major),
        ));
    }
    let free = told(run(reader, &mut channel, &FreeMemory).await)?;
    let keys = told(run(reader, &mut channel, &GetKeySettings).await)?;
    let master_version = told(run(reader, &mut channel, &GetKeyVersion { key_no: 0, key_set: None }).await)?;
    let applications = told(run(reader, &mut channel, &GetApplicationIds).await)?;
    let originality = match told(run(reader, &mut channel, &ReadSig).await)? {
        None => Originality::None,
        Some(signature) if signature.iter().all(|byte| *byte == 0) => Originality::None,
        Some(signature) => {
            let genuine =
                originality::KEYS.iter().any(|(_, key)| originality::is_genuine(&version.uid, &signature, key));
            if genuine { Originality::Genuine } else { Originality::Wrong }
        }
    };
    Ok(Told { version, free, keys, master_version, applications, originality })
}

/// A refusal is an answer, too.
fn told<T>(result: Result<T, Trouble>) -> Result<Option<T>, Trouble> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(trouble) if trouble.say == "refused" => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

async fn run<C: Command>(reader: &mut Open, channel: &mut Channel, command: &C) -> Result<C::Reply, Trouble> {
    let unread = |error: desfire::Error| Trouble::new("refused", error.to_string());
    let mut frame = channel.begin(command.request()).map_err(unread)?;
    loop {
        let answer = reader.exchange(&frame).await?;
        match channel.answer(&answer).map_err(unread)? {
            Step::Send(next) => frame = next,
            Step::Done(answer) => return command.reply(&answer).map_err(unread),
        }
    }
}
