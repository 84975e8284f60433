//! Text around bytes: PEM as many programs write it (RFC 7468 §2 allows more than its strict form), and Base64 alone.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text that a file is: UTF-8, or UTF-16 as Notepad's “Unicode” writes it; none where it is no text.
pub fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = Zeroizing::new(bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect::<Vec<_>>());
        String::from_utf16(&units).ok().map(Zeroizing::new)
    };
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => Zeroizing::new(std::str::from_utf8(rest).ok()?.to_owned()),
        [b'-', 0, ..] => utf16(bytes, u16::from_le_bytes)?,
        _ => Zeroizing::new(std::str::from_utf8(bytes).ok()?.to_owned()),
    };
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0C');
    (!text.contains(control)).then_some(text)
}

/// A block's label and its bytes, if they can be read.
pub type Block = (String, Option<Zeroizing<Vec<u8>>>);

/// Every PEM block of a text; what stands between them is passed over.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, body)) = after.split_once("-----") else { break };
        let end = format!("-----END {label}-----");
        let (body, next) = body.split_once(&end).unwrap_or((body, ""));
        // headers as RFC 1421 has them
        let lines = body.lines().filter(|line| !line.contains(':'));
        let body = Zeroizing::new(lines.collect::<String>());
        blocks.push((label.to_owned(), base64(&body)));
        rest = next;
    }
    blocks
}

/// The bytes of Base64 with white space anywhere.
pub fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = Zeroizing::new(text.split_whitespace().collect::<String>());
    let bytes = ENGINE.decode(text.as_bytes()).ok().map(Zeroizing::new)?;
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_is_read_as_programs_write_it() {
        let bytes = Some(vec![1, 2, 3, 4]);
        let plain = |text: &str| {
            blocks(text).into_iter().map(|(label, bytes)| (label, bytes.map(|b| b.to_vec()))).collect::<Vec<_>>()
        };
        for text in [
            "-----BEGIN A-----\nAQIDBA==\n-----END A-----\n",
            "subject=CN = x\r\n-----BEGIN A-----\r\nAQID\r\n BA==\r\n-----END A-----",
            "-----BEGIN A-----\nName: value\n\nAQIDBA\n-----END A-----",
            "-----BEGIN A-----AQIDBA==",
        ] {
            assert_eq!(plain(text), [("A".to_owned(), bytes.clone())], "{text}");
        }
        let two = plain("-----BEGIN A-----\n!\n-----END A-----\n-----BEGIN B-----\nAQIDBA==\n-----END B-----");
        assert_eq!(two, [("A".to_owned(), None), ("B".to_owned(), bytes)]);
        assert_eq!(plain("-----BEGIN A"), []);
    }

    #[test]
    fn text_is_told_from_bytes() {
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain("-----".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(text(&wide).unwrap().as_str(), "-----");
        assert_eq!(text(&wide[2..]).unwrap().as_str(), "-----");
        assert_eq!(text(b"\xEF\xBB\xBFabc\r\n").unwrap().as_str(), "abc\r\n");
        assert!(text(&[0x30, 0x82, 0x01, 0x02]).is_none());
    }
}
