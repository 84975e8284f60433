//! The link that a phone opens: the card's public page, and what proves that it came from this chip.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desfire::sdm::{PiccData, Protected, SdmSettings, Tap, TapKeys, open_picc_data};
use desfire::{Key, KeyNo, Right, U24};
use model::card_code::CardCode;
use ndef::{MessageError, encode, uri};

use crate::keys::Uid;
use crate::layout::MESSAGE_SIZE;

/// The public page's host, without scheme: letters, digits, dots, hyphens, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

/// Why a text is no host for a link on a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Nothing, or more than there is room for.
    #[error("a host has 1 to {max} characters, this one {0}", max = Host::MOST)]
    Length(usize),
    /// A character that no host has.
    #[error("a host contains no {0:?}")]
    Character(char),
}

impl Host {
    /// Most characters.
    pub const MOST: usize = 64;

    /// Checks one.
    ///
    /// # Errors
    /// [`HostError`].
    pub fn parse(text: &str) -> Result<Self, HostError> {
        if let Some(other) = text.chars().find(|char| !char.is_ascii_alphanumeric() && !".-:".contains(*char)) {
            return Err(HostError::Character(other));
        }
        if !(1..=Self::MOST).contains(&text.len()) {
            return Err(HostError::Length(text.len()));
        }
        Ok(Host(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The link of a card that cannot prove a tap: its code, and a signature that stays the same.
pub fn fixed(host: &Host, code: &CardCode, signature: &[u8; 64]) -> String {
    format!("https://{}/t/{}?s={}", host.0, code.as_str(), URL_SAFE_NO_PAD.encode(signature))
}

/// The signature of a fixed link, as its query has it; `None` for anything else than 64 bytes of Base64url in their one form.
pub fn signature(text: &str) -> Option<[u8; 64]> {
    // 64 bytes are 86 characters: nothing longer is looked at
    let bytes = if text.len() == 86 { URL_SAFE_NO_PAD.decode(text).ok()? } else { return None };
    bytes.try_into().ok()
}

/// Where the card fills in a link that proves each tap.
const PICC_DATA: &str = "?e=";
const MAC: &str = "&m=";
/// Characters of PICCENCData and of the MAC, both in hexadecimal.
const PICC_DATA_CHARS: usize = 32;
const MAC_CHARS: usize = 16;

/// The link of a card that proves each tap (SUN), before the card has filled it in.
pub fn dynamic(host: &Host) -> String {
    format!("https://{}/t{PICC_DATA}{}{MAC}{}", host.0, "0".repeat(PICC_DATA_CHARS), "0".repeat(MAC_CHARS))
}

/// What stands in the message's file: length and message.
///
/// # Errors
/// [`MessageError`].
pub fn message_file(link: &str) -> Result<Vec<u8>, MessageError> {
    let message = encode(&[uri::record(link)])?;
    // a host and what follows it are shorter than the file
    Ok([(message.len() as u16).to_be_bytes().as_slice(), &message].concat())
}

/// Where in that file the card fills in, and with which keys of the application: 1 enciphers who was tapped, 2 makes the MAC, which
/// covers all from the enciphered data to itself. `None` where the file holds no such link.
pub fn settings(file: &[u8]) -> Option<SdmSettings> {
    let behind = |mark: &str| {
        let at = file.windows(mark.len()).position(|window| window == mark.as_bytes())? + mark.len();
        u16::try_from(at).ok().filter(|at| *at < MESSAGE_SIZE).map(U24::from)
    };
    let offset = behind(PICC_DATA)?;
    Some(SdmSettings {
        picc: PiccData::Encrypted { key: KeyNo::of::<1>(), offset, uid: true, counter: true },
        protected: Some(Protected { key: KeyNo::of::<2>(), mac_input: offset, mac: behind(MAC)?, encrypted: None }),
        counter_read: Right::Never,
        counter_limit: None,
    })
}

/// What a tap brings back: the query of a dynamic link, taken apart for [`desfire::sdm::verify_sun`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tapped {
    /// PICCENCData.
    pub picc_data: [u8; 16],
    /// The characters that the MAC covers.
    pub mac_input: Vec<u8>,
    /// The MAC.
    pub mac: [u8; 8],
}

impl Tapped {
    /// From `e=…&m=…`, as the card wrote it; `None` for anything else.
    pub fn parse(query: &str) -> Option<Self> {
        let rest = query.strip_prefix("e=")?;
        let (data, mac) = rest.split_once(MAC)?;
        let input = rest.get(..data.len() + MAC.len())?;
        Some(Tapped { picc_data: hex(data)?, mac_input: input.as_bytes().to_vec(), mac: hex(mac)? })
    }
}

impl Tapped {
    /// Whose tap this says it is, and how often that card was read before, if this is the key of its set; whether it is true only
    /// [`Tapped::is_by`] tells.
    pub fn says(&self, meta: &Key) -> Option<(Uid, u32)> {
        let Tap { uid, counter } = open_picc_data(meta, &self.picc_data).ok()?;
        Some((uid?, counter?))
    }

    /// Whether the card that has this SDMFileRead key made it.
    pub fn is_by(&self, file_read: &Key, (uid, counter): (Uid, u32)) -> bool {
        let tap = Tap { uid: Some(uid), counter: Some(counter) };
        TapKeys::new(file_read, tap).is_ok_and(|keys| keys.verify(&self.mac_input, &self.mac).is_ok())
    }
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u8> = text.chars().map(|char| char.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    if digits.len() == 2 * N { bytes.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_links_fit_the_file_with_the_longest_host() {
        let host = Host::parse(&"h".repeat(Host::MOST)).unwrap();
        let code = CardCode::parse("7hKq").unwrap();
        for link in [fixed(&host, &code, &[0xFF; 64]), dynamic(&host)] {
            assert!(message_file(&link).unwrap().len() <= usize::from(MESSAGE_SIZE), "{link}");
        }
        assert_eq!(Host::parse(&"h".repeat(65)), Err(HostError::Length(65)));
        assert_eq!(Host::parse(""), Err(HostError::Length(0)));
        assert_eq!(Host::parse("a/b"), Err(HostError::Character('/')));
    }

    #[test]
    fn a_fixed_link_is_text_that_needs_no_escape() {
        let host = Host::parse("the.example.vn").unwrap();
        let link = fixed(&host, &CardCode::parse("7hKq").unwrap(), &[0xFB; 64]);
        assert_eq!(link.len(), "https://the.example.vn/t/7hKq?s=".len() + 86);
        assert!(link.starts_with("https://the.example.vn/t/7hKq?s=-_v7"), "{link}");
    }

    #[test]
    fn a_signature_is_read_as_it_was_written() {
        let host = Host::parse("the.example.vn").unwrap();
        let written: [u8; 64] = std::array::from_fn(|at| at as u8 * 3);
        let link = fixed(&host, &CardCode::parse("7hKq").unwrap(), &written);
        let text = link.split_once("?s=").unwrap().1;
        assert_eq!(signature(text), Some(written));
        // 86 characters have four bits to spare, which must be zeros
        assert!(text.ends_with(['A', 'Q', 'g', 'w']));
        let last = text.chars().last().unwrap();
        let other = char::from_u32(u32::from(last) + 1).unwrap();
        assert_eq!(signature(&text.replace(last, &other.to_string())), None);
        for wrong in
            ["", &text[1..], &format!("{text}A"), &format!("{}=", &text[1..]), &"ễ".repeat(86), &"+".repeat(86)]
        {
            assert_eq!(signature(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_card_fills_in_where_the_zeros_are() {
        let file = message_file(&dynamic(&Host::parse("the.example.vn").unwrap())).unwrap();
        let settings = settings(&file).unwrap();
        let PiccData::Encrypted { offset, .. } = settings.picc else { panic!("the card's data are enciphered") };
        let protected = settings.protected.unwrap();
        for (at, count) in [(offset, PICC_DATA_CHARS), (protected.mac, MAC_CHARS)] {
            let at = at.get() as usize;
            assert_eq!(file[at..at + count], vec![b'0'; count]);
        }
        assert_eq!(super::settings(b"https://the.example.vn"), None);
    }

    #[test]
    fn a_tap_is_taken_apart() {
        let tapped = Tapped::parse(&format!("e={}&m={}", "Ab".repeat(16), "01".repeat(8))).unwrap();
        assert_eq!((tapped.picc_data, tapped.mac), ([0xAB; 16], [0x01; 8]));
        assert_eq!(tapped.mac_input, format!("{}&m=", "Ab".repeat(16)).into_bytes());
        for query in ["", "e=&m=", "e=00&m=00", "m=00", "e=ễ&m=ễ"] {
            assert_eq!(Tapped::parse(query), None, "{query}");
        }
    }
}
