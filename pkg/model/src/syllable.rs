//! What can be a syllable of Vietnamese: onset, rhyme and tone.

use unicode_normalization::UnicodeNormalization;

/// Beginnings of syllables; `qu` and `gi` are taken whole.
const ONSETS: [&str; 28] = [
    "", "b", "c", "ch", "d", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu", "r",
    "s", "t", "th", "tr", "v", "x", "đ",
];

/// Rhymes without tone, in the order of their bytes.
const RHYMES: [&str; 167] = [
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "ec", "em", "en", "eng", "eo",
    "ep", "et", "i", "ia", "ich", "im", "in", "inh", "ip", "it", "iu", "iêc", "iêm", "iên", "iêng", "iêp", "iêt",
    "iêu", "o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay", "oc", "oe",
    "oen", "oeo", "oet", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot", "oăc", "oăm", "oăn", "oăng", "oăt", "u",
    "ua", "uc", "ui", "um", "un", "ung", "up", "ut", "uy", "uya", "uych", "uyn", "uynh", "uyp", "uyt", "uyu", "uyên",
    "uyêt", "uân", "uâng", "uât", "uây", "uê", "uêch", "uên", "uênh", "uôc", "uôi", "uôm", "uôn", "uông", "uôt", "uơ",
    "y", "ych", "ym", "yn", "ynh", "yt", "yêm", "yên", "yêng", "yêt", "yêu", "âc", "âm", "ân", "âng", "âp", "ât", "âu",
    "ây", "ê", "êch", "êm", "ên", "êng", "ênh", "êp", "êt", "êu", "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt", "ăc",
    "ăm", "ăn", "ăng", "ăp", "ăt", "ơ", "ơi", "ơm", "ơn", "ơp", "ơt", "ư", "ưa", "ưc", "ưi", "ưm", "ưn", "ưng", "ưt",
    "ưu", "ươc", "ươi", "ươm", "ươn", "ương", "ươp", "ươt", "ươu",
];

/// Whether a lower-case word in NFC can be a syllable of Vietnamese. Loanwords and names of other peoples mostly cannot.
pub(crate) fn is_syllable(word: &str) -> bool {
    let mut tones = word.nfd().filter(|c| is_tone(*c));
    let tone = tones.next();
    if tones.next().is_some() {
        return false;
    }
    let plain: String = word.nfd().filter(|c| !is_tone(*c)).nfc().collect();
    ONSETS.iter().filter_map(|onset| plain.strip_prefix(onset)).any(|rhyme| {
        // syllables that end in a stop have sắc or nặng only
        let stopped = rhyme.ends_with(['c', 'p', 't']) || rhyme.ends_with("ch");
        RHYMES.binary_search(&rhyme).is_ok() && (!stopped || matches!(tone, Some('\u{301}' | '\u{323}')))
    })
}

fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rhymes_are_in_order() {
        assert!(RHYMES.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn words_of_official_texts_are_syllables() {
        let text = "cộng hòa xã hội chủ nghĩa việt nam độc lập tự do hạnh phúc quyết định về việc cấp thẻ điện tử cho cán bộ \
            công chức viên chức nguyễn thị hường huỳnh thúy khuê giếng gì quốc quý nghiêm phượng triều thuở khuya ủy yên";
        for word in text.split(' ') {
            assert!(is_syllable(word), "{word}");
        }
    }

    #[test]
    fn others_are_not() {
        for word in ["", "nguyeãn", "höông", "viöt", "hạt\u{301}", "tap", "hàt", "café", "rosé", "đ", "q", "ngễnn"]
        {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
