//! What a card tells anybody: its generation, identifier, memory, keys' versions, applications, and the maker's signature.
use std::pin::Pin;

use desfire::command::{
    Command, FreeMemory, GetApplicationIds, GetKeySettings, GetKeyVersion, GetVersion, KeysInfo, Model, ReadSig,
    SelectApplication, Version,
};
use desfire::{Aid, Answer, Request};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::module::loaded;
use crate::open::Open;
use crate::trouble::Trouble;

/// What was told; what the card refuses is `None`.
pub struct Told {
    pub version: Version,
    pub free: Option<u32>,
    pub keys: Option<KeysInfo>,
    pub master_version: Option<u8>,
    pub applications: Option<Vec<Application>>,
    pub originality: Originality,
}

/// An application, and the versions of its keys as far as it tells them.
pub struct Application {
    pub aid: Aid,
    pub versions: Vec<u8>,
}

/// What the maker's signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Originality {
    Genuine,
    Wrong,
    /// The card has none: an EV1 of the first years, or a simulated card.
    None,
    /// What checks it could not be loaded.
    Unknown,
}

#[wasm_bindgen]
extern "C" {
    type Checker;
    #[wasm_bindgen(method, structural)]
    fn genuine(this: &Checker, uid: &[u8], signature: &[u8]) -> bool;
}

async fn checked(uid: &[u8], signature: &[u8]) -> Originality {
    match loaded(|all| &all.originality).await {
        Ok(checker) if checker.unchecked_ref::<Checker>().genuine(uid, signature) => Originality::Genuine,
        Ok(_) => Originality::Wrong,
        Err(_) => Originality::Unknown,
    }
}

/// More frames than any of these answers has.
const MOST_FRAMES: usize = 64;
const MORE: u8 = 0xAF;

/// Asks it. The card itself is selected first: whatever another program or the system left open is ended so.
pub async fn ask(reader: &mut Open) -> Result<Told, Trouble> {
    let not_desfire =
        |trouble: Trouble| if trouble.say == "refused" { Trouble::new("not-desfire", trouble.detail) } else { trouble };
    run(reader, &SelectApplication::new(Aid::PICC)).await.map_err(not_desfire)?;
    let version = run(reader, &GetVersion).await.map_err(not_desfire)?;
    if version.model() == Model::Other {
        return Err(Trouble::new(
            "not-desfire",
            format!("{:02X} {:02X}", version.hardware.kind, version.hardware.major),
        ));
    }
    let free = told(run(reader, &FreeMemory).await)?;
    let keys = told(run(reader, &GetKeySettings).await)?;
    let master_version = told(run(reader, &GetKeyVersion { key_no: 0, key_set: None }).await)?;
    let applications = match told(run(reader, &GetApplicationIds).await)? {
        Some(aids) => Some(applications(reader, &aids).await?),
        None => None,
    };
    let originality = match told(run(reader, &ReadSig).await)? {
        None => Originality::None,
        Some(signature) if signature.iter().all(|byte| *byte == 0) => Originality::None,
        Some(signature) => checked(&version.uid, &signature).await,
    };
    Ok(Told { version, free, keys, master_version, applications, originality })
}

/// Every application's keys; afterwards the card itself is selected again.
async fn applications(reader: &mut Open, aids: &[Aid]) -> Result<Vec<Application>, Trouble> {
    let mut all = Vec::new();
    for aid in aids {
        let mut versions = Vec::new();
        if told(run(reader, &SelectApplication::new(*aid)).await)?.is_some() {
            let keys = told(run(reader, &GetKeySettings).await)?.map_or(0, |info| info.keys);
            for key_no in 0..keys {
                versions.extend(told(run(reader, &GetKeyVersion { key_no, key_set: None }).await)?);
            }
        }
        all.push(Application { aid: *aid, versions });
    }
    if !aids.is_empty() {
        run(reader, &SelectApplication::new(Aid::PICC)).await?;
    }
    Ok(all)
}

/// A refusal is an answer, too.
fn told<T>(result: Result<T, Trouble>) -> Result<Option<T>, Trouble> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(trouble) if trouble.say == "refused" => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// A command in clear: no session is ever opened here, and no cipher is needed.
async fn run<C: Command>(reader: &mut Open, command: &C) -> Result<C::Reply, Trouble> {
    // boxed: it stands in the module once, not once for each command
    let frames: Pin<Box<dyn Future<Output = Result<Answer, Trouble>>>> = Box::pin(answered(reader, command.request()));
    command.reply(&frames.await?).map_err(|error| unread(&error))
}

/// What the card refuses is told from what did not come as it was sent.
fn unread(error: &desfire::Error) -> Trouble {
    let say = if matches!(error, desfire::Error::Refused(_)) { "refused" } else { "garbled" };
    Trouble::new(say, error.to_string())
}

/// All frames of the answer.
async fn answered(reader: &mut Open, request: Request) -> Result<Answer, Trouble> {
    let framed = |code: u8, data: &[u8]| {
        apdu::wrapped::command(code, data).map_err(|error| Trouble::new("too-long", error.to_string()))
    };
    let mut frame = framed(request.code(), &request.in_clear().map_err(|error| unread(&error))?)?;
    let mut answer = Answer::default();
    for _ in 0..MOST_FRAMES {
        let bytes = reader.exchange(&frame).await?;
        let (status, data) = apdu::wrapped::response(&bytes).map_err(|error| unread(&error.into()))?;
        answer.data.extend(data);
        answer.frames.push(answer.data.len());
        match status {
            MORE => frame = framed(MORE, &[])?,
            // ReadSig ends with 90
            0x00 | 0x90 => return Ok(answer),
            status => return Err(Trouble::new("refused", format!("{status:02X}"))),
        }
    }
    Err(Trouble::new("confused", "an answer that does not end"))
}
