//! Whose code it is that a camera has read.

use face::qr::signed::Signed;

use crate::Front;

/// What a code turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The nine fields on the front of an official's card (838/QĐ-BNV, Điều 1 §2a).
    Front(Box<Front>),
    /// The signed code on the back. Whether it holds is not known yet.
    Back(Box<Signed>),
    /// The code of a citizen's card: not this kind of card.
    Citizen,
    /// Anything else.
    Other,
}

/// Tells what a code says. Anybody may have written it.
pub fn read(text: &str) -> Said {
    if let Ok(signed) = Signed::parse(text.trim()) {
        return Said::Back(Box::new(signed));
    }
    if let Some(front) = Front::read(text) {
        return Said::Front(Box::new(front));
    }
    if is_citizens(text) { Said::Citizen } else { Said::Other }
}

/// Number, number of the card before, name, day of birth, sex, place, day of issue, and on newer ones two more: bars between them.
fn is_citizens(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split('|').collect();
    let digits = |at: usize, wanted: usize| {
        parts.get(at).is_some_and(|part| part.len() == wanted && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    (6..=11).contains(&parts.len()) && digits(0, 12) && digits(3, 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citizens_card_is_told_as_one() {
        let code = "046190001234|191234567|Lê Thị Bình|02031990|Nữ|Phường Vỹ Dạ, Huế|15082021";
        assert_eq!(read(code), Said::Citizen);
        assert_eq!(read("046190001234|x"), Said::Other);
        for other in ["", "https://example.vn", "WIFI:S:x;T:WPA;P:y;;", "CT1", "CT1abc"] {
            assert_eq!(read(other), Said::Other, "{other}");
        }
    }
}
