//! What anybody is told of a card who has it in hand (R89).

use crate::lifecycle::Card;

/// A card's state as the public page and other systems are told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Told {
    /// Đang hoạt động.
    Active = 1,
    /// Bị khóa: not valid at present. Also while its holder has a temporary card.
    Locked,
    /// Đã thu hồi: back with the issuer; nobody should have it in hand.
    Recovered,
    /// Hết hiệu lực: by its date, or by a decision.
    Expired,
    /// Đã được thay bằng thẻ khác.
    Replaced,
}

impl Told {
    /// Every state.
    pub const ALL: [Told; 5] = [Told::Active, Told::Locked, Told::Recovered, Told::Expired, Told::Replaced];

    /// What is told of a card in that state; nothing of one that nobody was ever given. `replaced`: another one has taken its place.
    pub fn of(state: Card, replaced: bool) -> Option<Self> {
        Some(match state {
            Card::Approved | Card::Printed | Card::Cancelled => return None,
            Card::Active => Told::Active,
            // whoever holds it in spite of that has more to explain than a card that was exchanged
            Card::Recovered => Told::Recovered,
            Card::Locked | Card::Invalidated | Card::Expired if replaced => Told::Replaced,
            Card::Suspended | Card::Locked => Told::Locked,
            Card::Invalidated | Card::Expired => Told::Expired,
        })
    }

    /// The same once its day has come, whether or not somebody has noted so yet.
    pub fn at(self, over: bool) -> Self {
        match self {
            Told::Active | Told::Locked if over => Told::Expired,
            told => told,
        }
    }

    /// Name used towards other programs.
    pub fn name(self) -> &'static str {
        match self {
            Told::Active => "active",
            Told::Locked => "locked",
            Told::Recovered => "recovered",
            Told::Expired => "expired",
            Told::Replaced => "replaced",
        }
    }
}

/// A name that tells it from others to whoever has the card in hand, and little to anybody else: initials, and the last syllable in
/// full (R177). Of a name of one syllable, its initial.
pub fn masked_name(name: &str) -> String {
    let mut syllables: Vec<&str> = name.split_whitespace().collect();
    let last = if syllables.len() > 1 { syllables.pop() } else { None };
    let initials = syllables.iter().filter_map(|syllable| syllable.chars().next()).map(|initial| format!("{initial}."));
    initials.chain(last.map(str::to_owned)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Lifecycle as _;

    #[test]
    fn a_card_that_nobody_has_is_not_told() {
        let untold: Vec<_> =
            Card::STATES.iter().filter(|(state, _)| Told::of(*state, false).is_none()).map(|(_, name)| *name).collect();
        assert_eq!(untold, ["approved", "printed", "cancelled"]);
        for (state, _) in Card::STATES {
            assert_eq!(Told::of(*state, true).is_none(), Told::of(*state, false).is_none());
        }
    }

    #[test]
    fn only_an_active_card_is_told_as_active() {
        let active: Vec<_> = Card::STATES
            .iter()
            .filter(|(state, _)| Told::of(*state, false) == Some(Told::Active))
            .map(|(_, name)| *name)
            .collect();
        assert_eq!(active, ["active"]);
        assert!(Told::ALL.iter().all(|told| told.at(true) != Told::Active));
        assert_eq!(Told::Recovered.at(true), Told::Recovered);
    }

    #[test]
    fn a_name_is_masked() {
        assert_eq!(masked_name("Nguyễn Văn Đào  Tạo"), "N. V. Đ. Tạo");
        assert_eq!(masked_name("Đặng Ánh"), "Đ. Ánh");
        assert_eq!((masked_name("Hiền").as_str(), masked_name(" ").as_str()), ("H.", ""));
    }

    #[test]
    fn what_was_exchanged_says_so() {
        assert_eq!(Told::of(Card::Invalidated, true), Some(Told::Replaced));
        assert_eq!(Told::of(Card::Locked, true), Some(Told::Replaced));
        assert_eq!(Told::of(Card::Recovered, true), Some(Told::Recovered));
        assert_eq!(Told::of(Card::Active, true), Some(Told::Active));
    }
}
