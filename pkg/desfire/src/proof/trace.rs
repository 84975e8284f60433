//! The session that a real EV1 card recorded, replayed as the host: RndA is injected, the card's answers are fed.

use serde_json::Value;

use super::{bytes, hex};
use crate::auth::Authentication;
use crate::channel::{Answer, Channel, Framing, Step};
use crate::command::{
    ApplicationSettings, ChangeKey, ChangeKeySettings, ChangeOwnKey, Command, CreateApplication, CreateStdDataFile,
    DataFile, DeleteApplication, DeleteFile, FormatPicc, GetApplicationIds, GetFileIds, GetFileSettings,
    GetKeySettings, GetKeyVersion, GetVersion, KeySettings, NewFile, Opcode, ReadData, SelectApplication, WriteData,
};
use crate::key::{Key, KeyType};
use crate::request::{CommMode, Request};
use crate::types::{AccessRights, Aid, FileNo, KeyCount, U24};

/// Replays it; how many frames were sent.
///
/// # Errors
/// Where the session parts from the recording.
pub fn replay() -> Result<usize, String> {
    let all: Vec<Value> = serde_json::from_str(include_str!("../../../vectors/session-real-EV1-RFDoorLock.json"))
        .map_err(|e| e.to_string())?;
    let mut host = Host { channel: Channel::new(Framing::Native, 64), frames: 0, own_key: 0 };
    for (nth, op) in all.iter().enumerate() {
        let name = op["op"].as_str().unwrap_or_default();
        host.operation(op, name).map_err(|error| format!("{nth} {name}: {error}"))?;
    }
    Ok(host.frames)
}

/// A request, and what its answer has to pass.
type Asked = (Request, Box<dyn Fn(&Answer) -> Result<(), String>>);

struct Host {
    channel: Channel,
    frames: usize,
    own_key: u8,
}

impl Host {
    fn operation(&mut self, op: &Value, name: &str) -> Result<(), String> {
        let io: Vec<(&str, Vec<u8>)> = op["io"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|pair| Some((pair[0].as_str()?, bytes(pair[1].as_str()?))))
            .filter(|(what, _)| matches!(*what, "Sending" | "Response"))
            .collect();
        let first = io.first().map(|(_, sent)| sent.clone()).ok_or("nothing was sent")?;
        if name.starts_with("Authenticate") {
            let key = key_of(op["kind"].as_str().unwrap_or_default(), &hex(op, "key"))?;
            let key_no = first[1];
            let authentication = Authentication::ev1(key_no, &key).map_err(|e| e.to_string())?;
            let rnd_a = hex(op, "rnda");
            let random = std::array::from_fn(|at| rnd_a.get(at).copied().unwrap_or_default());
            let frame = self.channel.authenticate(authentication, &random).map_err(|e| e.to_string())?;
            self.own_key = key_no;
            return self.exchange(&frame, &io).map(drop);
        }
        // a longer write was recorded as several commands
        let mut at = 0;
        while at < io.len() {
            let (request, check) = self.request(op, name, &io[at].1)?;
            let frame = self.channel.begin(request).map_err(|e| e.to_string())?;
            let (answer, used) = self.exchange(&frame, &io[at..])?;
            check(&answer)?;
            at += used;
        }
        Ok(())
    }

    /// Sends what the channel wants to send and expects the recording to have sent it, too.
    fn exchange(&mut self, frame: &[u8], io: &[(&str, Vec<u8>)]) -> Result<(Answer, usize), String> {
        let mut frame = frame.to_vec();
        for (nth, pair) in io.chunks(2).enumerate() {
            let [(_, sent), (_, response)] = pair else { return Err("the recording ends with a question".into()) };
            super::same("sent", &frame, sent)?;
            self.frames += 1;
            match self.channel.answer(response).map_err(|e| e.to_string())? {
                Step::Send(next) => frame = next,
                Step::Done(answer) => return Ok((answer, 2 * (nth + 1))),
            }
        }
        Err("the recording ends before the command".into())
    }

    fn request(&self, op: &Value, name: &str, sent: &[u8]) -> Result<Asked, String> {
        let parameters = sent.get(1..).unwrap_or_default().to_vec();
        let aid = |bytes: &[u8]| Aid::from_wire([bytes[0], bytes[1], bytes[2]]);
        let file = FileNo::new(5).ok_or("file 5")?;
        let data_file = DataFile { no: file, mode: CommMode::Plain };
        let u24 = |at: usize| {
            U24::new(u32::from_le_bytes([parameters[at], parameters[at + 1], parameters[at + 2], 0]))
                .unwrap_or_default()
        };
        let code = sent.first().copied().unwrap_or_default();
        Ok(match code {
            0x5A => told(SelectApplication::new(aid(&parameters))),
            0x64 => told(GetKeyVersion { key_no: parameters[0], key_set: None }),
            0x60 => told(GetVersion),
            0xFC => told(FormatPicc),
            0x6A => told(GetApplicationIds),
            0x45 => told(GetKeySettings),
            0x6F => told(GetFileIds),
            0xF5 => told(GetFileSettings(file)),
            0xDF => told(DeleteFile(file)),
            0x54 => told(ChangeKeySettings(KeySettings::from_byte(hex(op, "plain")[0]))),
            0xDA => told(DeleteApplication { aid: aid(&parameters), dam_mac: None, selected: false }),
            0xCA => told(CreateApplication {
                aid: aid(&parameters),
                settings: ApplicationSettings {
                    key_settings: KeySettings::from_byte(parameters[3]),
                    key_type: match parameters[4] & 0xC0 {
                        0x40 => KeyType::ThreeKey3Des,
                        0x80 => KeyType::Aes,
                        _ => KeyType::TwoKey3Des,
                    },
                    keys: KeyCount::new(parameters[4] & 0x0F).ok_or("an application without keys")?,
                    iso_files: false,
                    key_sets: None,
                    vc_keys: false,
                    capability_data: false,
                    iso: None,
                },
            }),
            0xCD => told(CreateStdDataFile {
                file: NewFile {
                    no: file,
                    iso_file_id: None,
                    mode: CommMode::from_bits(parameters[1]),
                    rights: AccessRights::from_wire([parameters[2], parameters[3]]),
                },
                size: u24(4),
                sdm: false,
            }),
            0xBD => told(ReadData { file: data_file, offset: u24(1), length: u24(4), opcode: Opcode::Native }),
            0x3D => told(WriteData {
                file: data_file,
                offset: u24(1),
                data: parameters[7..].to_vec().into(),
                opcode: Opcode::Native,
            }),
            0xC4 => {
                let new = new_key(op)?;
                let key_no = parameters[0];
                match op["oldkey"].as_str() {
                    Some(_) if key_no != self.own_key => {
                        let old = key_of(op["keytype"].as_str().unwrap_or_default(), &hex(op, "oldkey"))?;
                        told(ChangeKey { key_no, new, old: with_recorded_version(op, old)? })
                    }
                    _ => told(ChangeOwnKey { key_no, new, picc: false }),
                }
            }
            _ => return Err(format!("{name} is not known")),
        })
    }
}

fn told<C: Command + 'static>(command: C) -> Asked {
    let request = command.request();
    (request, Box::new(move |answer| command.reply(answer).map(drop).map_err(|error| error.to_string())))
}

fn key_of(kind: &str, bytes: &[u8]) -> Result<Key, String> {
    match (kind, bytes.len()) {
        ("AES", _) => Ok(Key::aes(super::sized(bytes)?, 0)),
        (_, 8) => Ok(Key::des(super::sized(bytes)?)),
        (_, 16) => Ok(Key::two_key(super::sized(bytes)?)),
        (_, 24) => Ok(Key::three_key(super::sized(bytes)?)),
        (kind, len) => Err(format!("a {kind} key of {len} bytes")),
    }
}

/// The version of an AES key stands behind it in the recorded plaintext.
fn new_key(op: &Value) -> Result<Key, String> {
    let key = key_of(op["keytype"].as_str().unwrap_or_default(), &hex(op, "newkey"))?;
    with_recorded_version(op, key)
}

fn with_recorded_version(op: &Value, key: Key) -> Result<Key, String> {
    match key.kind() {
        KeyType::Aes => {
            let version = hex(op, "plain").get(16).copied().ok_or("no version was recorded")?;
            Ok(key.with_version(version))
        }
        _ => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_recorded_session_is_ours() {
        assert_eq!(super::replay(), Ok(85));
    }
}
