//! Which encoding a text is in, judged by how much of it is Vietnamese when it is read so.

use super::Legacy;
use crate::syllable::is_syllable;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// As it stands.
    Unicode,
    /// As text of an encoding from before Unicode.
    Legacy(Legacy),
}

/// The likeliest reading of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guess {
    /// The reading.
    pub reading: Reading,
    /// 0 to 100: how many of a hundred words with letters outside ASCII are syllables of Vietnamese in this reading.
    pub score: u8,
    /// The same of the next likely reading. Where it is close to `score`, a person should choose.
    pub runner_up: u8,
}

/// Says in which encoding a text most likely is, given as Unicode, or as bytes read as windows-1252 or ISO 8859-1.
///
/// A single name may be Vietnamese in several readings (`Thò`: itself, and `Thị` of VNI); then it is Unicode, and
/// `runner_up` equals `score`. Give a whole column, its cells separated by spaces or line ends; but one letter of Unicode
/// makes all of it Unicode, so leave out the cells that [`Legacy::convert`] refuses. Fonts that draw capitals
/// ([`Legacy::Tcvn3Capitals`]) cannot be told from the text: there the answer is [`Legacy::Tcvn3`].
pub fn detect(text: &str) -> Guess {
    const UNICODE: Guess = Guess { reading: Reading::Unicode, score: 100, runner_up: 0 };
    if text.is_ascii() && !text.contains(['\u{02}', '\u{05}', '\u{06}', '\u{14}', '\u{19}', '\u{1E}']) {
        return UNICODE;
    }
    let mut best = Guess { reading: Reading::Unicode, score: share(text).unwrap_or(100), runner_up: 0 };
    for legacy in [Legacy::Tcvn3, Legacy::Vni, Legacy::Viscii] {
        let Ok(read) = legacy.convert(text) else { return UNICODE };
        let score = share(&read).unwrap_or(0);
        if score > best.score {
            best = Guess { reading: Reading::Legacy(legacy), score, runner_up: best.score };
        } else {
            best.runner_up = best.runner_up.max(score);
        }
    }
    best
}

/// Says in which encoding bytes most likely are. `Unicode` means UTF-8 here; text that another program has read wrongly and
/// stored as UTF-8 must be judged by [`detect`] afterwards.
pub fn detect_bytes(bytes: &[u8]) -> Guess {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => detect(text),
        Ok(_) => Guess { reading: Reading::Unicode, score: 100, runner_up: 0 },
        Err(_) => {
            let guess = detect(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>());
            match guess.reading {
                // no UTF-8, whatever the letters say
                Reading::Unicode => Guess { score: 0, ..guess },
                Reading::Legacy(_) => guess,
            }
        }
    }
}

/// Of a hundred words with letters outside ASCII, how many are syllables of Vietnamese; `None` if there is no such word.
pub fn vietnamese(text: &str) -> Option<u8> {
    share(text)
}

fn share(text: &str) -> Option<u8> {
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_ascii_punctuation() || c.is_ascii_digit())
        .map(|word| word.trim_matches(['“', '”', '‘', '’', '–', '—', '…', '•', '«', '»']))
        .filter(|word| !word.is_ascii());
    let (all, good) = words.fold((0usize, 0usize), |(all, good), word| (all + 1, good + usize::from(is_word(word))));
    u8::try_from((good * 100).checked_div(all)?).ok()
}

/// A syllable in small letters, in capitals, or with a capital at its beginning.
fn is_word(word: &str) -> bool {
    let small = word.to_lowercase();
    let rest_is_small = word.chars().skip(1).all(|c| !c.is_uppercase());
    let all_capital = word.chars().all(|c| !c.is_lowercase());
    (rest_is_small || all_capital) && is_syllable(&small)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = [
        "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc",
        "Nguyễn Thị Hường; Trần Văn Đức; Lê Đình Thắng",
        "QUYẾT ĐỊNH về việc cấp thẻ điện tử",
        "Sở Nội vụ tỉnh Thừa Thiên Huế, đường Lê Lợi",
    ];

    fn encoded(legacy: Legacy, text: &str) -> Vec<u8> {
        let one = |c: char| -> Vec<u8> {
            let bases = "aeouyAEOUY\u{F4}\u{F6}\u{D4}\u{D6}".chars().map(|c| c as u8);
            let singles = (0..=0xFFu8).map(|byte| vec![byte]);
            let pairs = bases.flat_map(|base| (0x80..=0xFFu8).map(move |mark| vec![base, mark]));
            let mut all = pairs.filter(|_| legacy == Legacy::Vni).chain(singles);
            all.find(|bytes| legacy.decode(bytes) == c.to_string()).unwrap_or_else(|| encoded(legacy, &small(c)))
        };
        text.chars().flat_map(one).collect()
    }

    /// TCVN3 has no toned capitals.
    fn small(c: char) -> String {
        c.to_lowercase().collect()
    }

    #[test]
    fn sentences_are_told_apart() {
        for text in TEXTS {
            assert_eq!(detect(text).reading, Reading::Unicode);
            assert_eq!(detect_bytes(text.as_bytes()).reading, Reading::Unicode);
            for legacy in [Legacy::Tcvn3, Legacy::Vni, Legacy::Viscii] {
                let bytes = encoded(legacy, text);
                let shown: String = bytes.iter().map(|byte| super::super::windows_1252(char::from(*byte))).collect();
                for guess in [detect(&shown), detect_bytes(&bytes)] {
                    assert_eq!(guess.reading, Reading::Legacy(legacy), "{text}: {guess:?}");
                    assert!(guess.score >= 90 && guess.runner_up + 20 <= guess.score, "{text}: {guess:?}");
                }
                assert_eq!(legacy.convert(&shown).as_deref(), Ok(text));
            }
        }
    }

    #[test]
    fn ascii_and_other_languages_stay() {
        for text in ["", "Nguyen Van An", "12/5/1990", "“An”", "crème brûlée", "naïve São"] {
            assert_eq!(detect(text).reading, Reading::Unicode, "{text}");
        }
        assert_eq!(detect("An").score, 100);
    }

    #[test]
    fn decomposed_unicode_is_unicode() {
        assert_eq!(detect("Nguye\u{302}\u{303}n Thi\u{323}").reading, Reading::Unicode);
    }

    #[test]
    fn one_word_may_be_ambiguous() {
        let guess = detect("Thò");
        assert_eq!((guess.reading, guess.score, guess.runner_up), (Reading::Unicode, 100, 100));
    }

    #[test]
    fn bytes_that_are_no_utf8_are_never_surely_unicode() {
        assert_eq!(detect_bytes(b"Th\xF2").score, 0);
        assert_eq!(detect_bytes(b"An").score, 100);
    }
}
