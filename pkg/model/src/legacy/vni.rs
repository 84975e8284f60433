//! VNI for Windows: a base letter, then a character that gives shape and tone together.

use unicode_normalization::UnicodeNormalization;

use super::windows_1252;

const GRAVE: char = '\u{300}';
const ACUTE: char = '\u{301}';
const CIRCUMFLEX: char = '\u{302}';
const TILDE: char = '\u{303}';
const BREVE: char = '\u{306}';
const HOOK: char = '\u{309}';
const DOT: char = '\u{323}';

/// The text in NFC. A mark after a letter that does not take it is the Latin letter that it looks like.
pub(super) fn letters(bytes: impl Iterator<Item = char>) -> String {
    let mut out = Vec::new();
    let mut base = None;
    for byte in bytes {
        let marks = marks(byte.to_lowercase().next().unwrap_or(byte));
        if !marks.is_empty() && base.is_some_and(|base| takes(base, marks)) {
            out.extend(marks);
            base = None;
        } else {
            let letter = letter(byte);
            out.push(letter);
            base = Some(letter);
        }
    }
    out.into_iter().nfc().collect()
}

/// Shape and tone that a character gives to the letter before it; capitals and small ones do alike.
fn marks(byte: char) -> &'static [char] {
    match byte {
        'ù' => &[ACUTE],
        'ø' => &[GRAVE],
        'û' => &[HOOK],
        'õ' => &[TILDE],
        'ï' => &[DOT],
        'â' => &[CIRCUMFLEX],
        'á' => &[CIRCUMFLEX, ACUTE],
        'à' => &[CIRCUMFLEX, GRAVE],
        'å' => &[CIRCUMFLEX, HOOK],
        'ã' => &[CIRCUMFLEX, TILDE],
        'ä' => &[CIRCUMFLEX, DOT],
        'ê' => &[BREVE],
        'é' => &[BREVE, ACUTE],
        'è' => &[BREVE, GRAVE],
        'ú' => &[BREVE, HOOK],
        'ü' => &[BREVE, TILDE],
        'ë' => &[BREVE, DOT],
        _ => &[],
    }
}

fn takes(base: char, marks: &[char]) -> bool {
    let base = base.to_lowercase().next().unwrap_or(base);
    match marks {
        [CIRCUMFLEX, ..] => matches!(base, 'a' | 'e' | 'o'),
        [BREVE, ..] => base == 'a',
        _ => matches!(base, 'a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư'),
    }
}

/// The letters that are one character: `i` with its tones, `ỵ`, `ơ`, `ư`, `đ`.
fn letter(byte: char) -> char {
    match byte {
        'ô' => 'ơ',
        'ö' => 'ư',
        'ñ' => 'đ',
        'æ' => 'ỉ',
        'ó' => 'ĩ',
        'ò' => 'ị',
        'î' => 'ỵ',
        'Ô' => 'Ơ',
        'Ö' => 'Ư',
        'Ñ' => 'Đ',
        'Æ' => 'Ỉ',
        'Ó' => 'Ĩ',
        'Ò' => 'Ị',
        'Î' => 'Ỵ',
        _ => windows_1252(byte), // among them í and ì, which are themselves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        letters(bytes.iter().map(|byte| char::from(*byte)))
    }

    #[test]
    fn code_points_of_published_tables() {
        // "Bảng đối chiếu encoding các bộ chữ hiện hành với Unicode": column VNI
        for (letter, base, mark) in [
            ('á', b'a', 0xF9),
            ('à', b'a', 0xF8),
            ('ả', b'a', 0xFB),
            ('ã', b'a', 0xF5),
            ('ạ', b'a', 0xEF),
            ('ă', b'a', 0xEA),
            ('ắ', b'a', 0xE9),
            ('ằ', b'a', 0xE8),
            ('ẳ', b'a', 0xFA),
            ('ẵ', b'a', 0xFC),
            ('ặ', b'a', 0xEB),
            ('â', b'a', 0xE2),
            ('ấ', b'a', 0xE1),
            ('ầ', b'a', 0xE0),
            ('ẩ', b'a', 0xE5),
            ('ẫ', b'a', 0xE3),
            ('ậ', b'a', 0xE4),
            ('é', b'e', 0xF9),
            ('ẽ', b'e', 0xF5),
            ('ễ', b'e', 0xE3),
            ('ệ', b'e', 0xE4),
            ('ộ', b'o', 0xE4),
            ('ớ', 0xF4, 0xF9),
            ('ự', 0xF6, 0xEF),
            ('Ế', b'E', 0xC1),
        ] {
            assert_eq!(read(&[base, mark]), letter.to_string());
        }
        for (letter, byte) in
            [('í', 0xED), ('ì', 0xEC), ('ỉ', 0xE6), ('ĩ', 0xF3), ('ị', 0xF2), ('đ', 0xF1), ('Đ', 0xD1)]
        {
            assert_eq!(read(&[byte]), letter.to_string());
        }
    }

    #[test]
    fn a_mark_needs_its_letter() {
        assert_eq!(read(b"caf\xE9"), "café");
        assert_eq!(read(b"\xF9"), "ù");
        assert_eq!(read(b"i\xE2"), "iâ");
        assert_eq!(read(b"a\xF9\xF9"), "áù");
        assert_eq!(read(b"NGUYE\xE3N"), "NGUYỄN"); // a small mark under a capital
    }
}
