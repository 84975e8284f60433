//! Whether a text is the record's, or what the approved list makes of it (R93).

use std::collections::BTreeSet;

use crate::qr::Abbreviations;

use super::{Reason, Verdict};

/// How a text may differ from the record's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum May {
    /// Not at all: names of people, numbers.
    Stay,
    /// By approved abbreviations: names of agencies and posts.
    BeAbbreviated,
}

/// The most texts that are looked at; a text in which more abbreviations apply does not occur.
const MOST_TEXTS: usize = 1_024;

/// Met, equivalent by approved abbreviations, or `otherwise`.
pub(super) fn judged(record: &str, found: &str, may: May, list: &Abbreviations, otherwise: Reason) -> Verdict {
    if record == found {
        Verdict::Met
    } else if may == May::BeAbbreviated && is_abbreviation(record, found, list) {
        Verdict::Equivalent(Reason::ApprovedAbbreviation)
    } else {
        Verdict::NotMet(otherwise)
    }
}

/// Whether some of the abbreviations, in some order, make one text of the other.
fn is_abbreviation(record: &str, found: &str, list: &Abbreviations) -> bool {
    let mut seen = BTreeSet::from([record.to_owned()]);
    let mut open = vec![record.to_owned()];
    while let Some(text) = open.pop() {
        for shorter in list.entries().iter().filter_map(|entry| entry.apply(&text)) {
            if shorter == found {
                return true;
            }
            if seen.len() < MOST_TEXTS && seen.insert(shorter.clone()) {
                open.push(shorter);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_abbreviations_in_any_order_are_found_and_others_are_not() {
        let list = Abbreviations::default();
        let is = |record: &str, found: &str| is_abbreviation(record, found, &list);
        let long = "Văn phòng Ủy ban nhân dân thành phố Huế";
        assert!(is(long, "VP UBND TP. Huế") && is(long, "Văn phòng UBND thành phố Huế"));
        assert!(!is(long, "VP UBND Huế") && !is(long, long) && !is("", "") && !is(long, ""));
        let many = "Văn phòng Thành phố Giao thông vận tải ".repeat(40);
        assert!(!is(&many, "VP"));
    }
}
