//! The encodings of one byte a letter: TCVN3 and VISCII.

use super::windows_1252;

/// TCVN 5712:1993 from 0xA0 on. The third set, TCVN3, has the small letters and seven capitals (A1–A7); the second also has
/// the capitals that stand among the small letters here, and the five tone marks (B0–B4), which do TCVN3 no harm.
const TCVN: &str = "\u{A0}ĂÂÊÔƠƯĐăâêôơưđẰ\
    \u{300}\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴ\
    ẮẦẨẪẤỀặầẩẫấậèỂẻẽ\
    éẹềểễếệìỉỄẾỒĩíịò\
    Ổỏõóọồổỗốộờởỡớợù\
    ỖủũúụừửữứựỳỷỹýỵỐ";

/// VISCII 1.1 (RFC 1456) from 0x80 on.
const VISCII: &str = "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ\
    ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ\
    Õắằặấầẩậẽẹếềểễệố\
    ồổỗỠƠộờởịỰỨỪỬơớƯ\
    ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ\
    ĐứÒÓÔạỷừửÙÚỹỵÝỡư\
    àáâãảăữẫèéêẻìíĩỉ\
    đựòóôõỏọụùúũủýợỮ";

/// The character of a byte of TCVN3.
pub(super) fn tcvn3(byte: char) -> char {
    match byte {
        '\u{A0}'..='\u{FF}' => TCVN.chars().nth(byte as usize - 0xA0).unwrap_or(byte),
        _ => windows_1252(byte),
    }
}

/// The character of a byte of VISCII.
pub(super) fn viscii(byte: char) -> char {
    match byte {
        '\u{02}' => 'Ẳ',
        '\u{05}' => 'Ẵ',
        '\u{06}' => 'Ẫ',
        '\u{14}' => 'Ỷ',
        '\u{19}' => 'Ỹ',
        '\u{1E}' => 'Ỵ',
        '\u{80}'..='\u{FF}' => VISCII.chars().nth(byte as usize - 0x80).unwrap_or(byte),
        _ => byte,
    }
}

/// Whether a letter has a capital of its own in TCVN3: the ASCII letters, and those without tone.
pub(super) fn is_plain(c: char) -> bool {
    c.is_ascii_alphabetic() || "ăâêôơưđĂÂÊÔƠƯĐ".contains(c)
}

/// Makes the toned letters of words in capitals capital, too.
///
/// A word is in capitals if at least two of its letters are plain capitals and no plain one is small (`NGUYễN`). If there
/// is such a word with toned letters, and no plain small letter anywhere, then all words are (`TRầN Hà` → `TRẦN HÀ`).
/// `Hà` alone stays: nothing says what its `à` was.
pub(super) fn raise_capitals(text: &str) -> String {
    let small = |word: &str| word.chars().any(|c| is_plain(c) && c.is_lowercase());
    let in_capitals =
        |word: &str| !small(word) && word.chars().filter(|c| is_plain(*c) && c.is_uppercase()).count() >= 2;
    let words = || text.split(|c: char| !c.is_alphabetic());
    let all = !small(text) && words().any(|word| in_capitals(word) && word.chars().any(char::is_lowercase));
    if all {
        return text.to_uppercase();
    }
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_alphabetic()) {
        if in_capitals(piece) { out.push_str(&piece.to_uppercase()) } else { out.push_str(piece) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_full() {
        assert_eq!((TCVN.chars().count(), VISCII.chars().count()), (96, 128));
        let mut viscii: Vec<char> = VISCII.chars().collect();
        viscii.sort_unstable();
        viscii.dedup();
        assert_eq!(viscii.len(), 128);
    }

    #[test]
    fn code_points_of_published_tables() {
        // "Bảng đối chiếu encoding các bộ chữ hiện hành với Unicode": columns TCVN and VISCII
        for (letter, tcvn, viscii_byte) in [
            ('á', 0xB8, 0xE1),
            ('à', 0xB5, 0xE0),
            ('ả', 0xB6, 0xE4),
            ('ã', 0xB7, 0xE3),
            ('ạ', 0xB9, 0xD5),
            ('ă', 0xA8, 0xE5),
            ('ắ', 0xBE, 0xA1),
            ('ằ', 0xBB, 0xA2),
            ('ẳ', 0xBC, 0xC6),
            ('ẵ', 0xBD, 0xC7),
            ('ặ', 0xC6, 0xA3),
            ('â', 0xA9, 0xE2),
            ('ấ', 0xCA, 0xA4),
            ('ầ', 0xC7, 0xA5),
            ('ẩ', 0xC8, 0xA6),
            ('ẫ', 0xC9, 0xE7),
            ('ậ', 0xCB, 0xA7),
            ('é', 0xD0, 0xE9),
            ('è', 0xCC, 0xE8),
            ('ẻ', 0xCE, 0xEB),
            ('ẽ', 0xCF, 0xA8),
            ('ẹ', 0xD1, 0xA9),
            ('ê', 0xAA, 0xEA),
            ('ế', 0xD5, 0xAA),
            ('ề', 0xD2, 0xAB),
            ('ể', 0xD3, 0xAC),
            ('ễ', 0xD4, 0xAD),
            ('ệ', 0xD6, 0xAE),
            ('í', 0xDD, 0xED),
            ('ì', 0xD7, 0xEC),
            ('ỉ', 0xD8, 0xEF),
            ('ĩ', 0xDC, 0xEE),
            ('ị', 0xDE, 0xB8),
        ] {
            assert_eq!(tcvn3(char::from(tcvn as u8)), letter);
            assert_eq!(viscii(char::from(viscii_byte as u8)), letter);
        }
    }

    #[test]
    fn capitals_of_running_text() {
        for (text, raised) in [
            ("NGUYễN THị HƯờNG", "NGUYỄN THỊ HƯỜNG"),
            ("TRầN Hà", "TRẦN HÀ"),
            ("Hà", "Hà"),
            ("Vũ Hà", "Vũ Hà"),
            ("THCS Từ Mỹ", "THCS Từ Mỹ"),
            ("Sở NộI Vụ, Sở nội vụ", "Sở NỘI Vụ, Sở nội vụ"),
            ("UBND xã ĐồNG", "UBND xã ĐỒNG"),
            ("", ""),
        ] {
            assert_eq!(raise_capitals(text), raised);
        }
    }
}
