//! Text as it may be written into a file.

use unicode_normalization::UnicodeNormalization as _;

/// NFC without what has no place on paper: control characters but line feeds, marks that order or join what one cannot see, and code
/// points that are nobody's. Those for private use become U+FFFD: what they mean is not in the file.
pub(crate) fn clean(text: &str) -> String {
    text.nfc().filter_map(kept).collect()
}

fn kept(letter: char) -> Option<char> {
    match letter {
        '\n' => Some('\n'),
        '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        letter if letter.is_control() => None,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => None,
        '\u{FDD0}'..='\u{FDEF}' | '\u{FFF0}'..='\u{FFFB}' => None,
        letter if u32::from(letter) & 0xFFFE == 0xFFFE => None,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => Some('\u{FFFD}'),
        letter => Some(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_place_on_paper_is_left_out() {
        assert_eq!(
            clean("Nguye\u{302}\u{303}n\u{0}\tVăn\r\nA\u{202E}\u{FEFF}\u{E000}\u{1FFFE}"),
            "Nguyễn Văn\nA\u{FFFD}"
        );
    }
}
