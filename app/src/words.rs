//! The words of the interface, in both languages, and how numbers, dates and times are written.
//!
//! `build.rs` makes one function per sentence of `locales/*.json`: `words::people::title(l)`.

use contract::Lang;
use contract::import::{FileFault, ImportKind, ImportNote};
use jiff::civil::Date;
use jiff::{Timestamp, tz};
use registry::work::certificates::bring::FileTold;
use registry::work::import_photos::PhotoOutcome;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// 30.121 in Vietnamese, 30,121 in English.
pub fn number(l: Lang, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let separator = match l {
        Lang::Vi => '.',
        Lang::En => ',',
    };
    let mut written = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        written.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(separator);
        }
        written.push(digit);
    }
    written
}

/// 22/11/2026 in both languages.
pub fn date(_l: Lang, date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// 14:05 22/11/2026, in the time of Việt Nam (UTC+7 all year).
pub fn date_time(l: Lang, at: Timestamp) -> String {
    let local = tz::offset(7).to_datetime(at);
    format!("{:02}:{:02} {}", local.hour(), local.minute(), date(l, local.date()))
}

/// The same of Unix milliseconds.
pub fn at(l: Lang, at_ms: i64) -> String {
    date_time(l, Timestamp::from_millisecond(at_ms).unwrap_or_default())
}

/// How long something has waited: "3 ngày", "2 giờ", "5 phút", in whole units.
pub fn age(l: Lang, from: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(from).as_mins().max(0);
    match minutes {
        0 => part::age::just_now(l).to_owned(),
        1..60 => part::age::minutes(l, minutes),
        60..1440 => part::age::hours(l, minutes / 60),
        _ => part::age::days(l, number(l, minutes / 1440)),
    }
}

/// A failure as one English sentence, for whoever sits at the console.
pub fn english(failure: &contract::Failure) -> String {
    match failure {
        contract::Failure::Invalid { faults } => {
            let each = faults.iter().map(|fault| {
                format!("{}: {}", fault.field, crate::failing::fault_beside(Lang::En, &fault.field, &fault.fault))
            });
            each.collect::<Vec<_>>().join("; ")
        }
        other => crate::failing::sentence(Lang::En, other),
    }
}

/// What became of a photo of several.
pub fn photo_outcome(l: Lang, outcome: &PhotoOutcome) -> String {
    use photos::outcome as own;
    match outcome {
        PhotoOutcome::Set(doubts) if doubts.is_empty() => own::set(l).to_owned(),
        PhotoOutcome::Set(doubts) => {
            doubts.iter().map(|doubt| wording::photo::doubt(l, *doubt)).collect::<Vec<_>>().join(" ")
        }
        PhotoOutcome::Same => own::same(l).to_owned(),
        PhotoOutcome::Nobody => own::nobody(l).to_owned(),
        PhotoOutcome::Several => own::several(l).to_owned(),
        PhotoOutcome::Unfit(error) => wording::photo::fault(l, error),
        PhotoOutcome::Refused(failure) => crate::failing::sentence(l, failure),
    }
}

/// What is to be said of a certificate file among many; nothing where there is nothing odd.
pub fn certificate_file(l: Lang, told: &FileTold) -> Option<String> {
    crate::page::certificates::bring::said(l, told)
}

/// What is wrong with an import's table as a whole.
pub fn import_faults(l: Lang, kind: ImportKind, faults: &[FileFault]) -> String {
    crate::page::import::fault_words(l, kind, faults)
}

/// What is said about a cell of an import, with the column's heading.
pub fn import_remark(l: Lang, kind: ImportKind, note: &ImportNote) -> String {
    let column = note.column.as_deref();
    let said = crate::page::import::remark_words(l, column, &note.remark);
    column.map_or(said.clone(), |column| format!("{}: {said}", crate::page::import::heading(l, kind, column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_each_language_does() {
        assert_eq!(number(Lang::Vi, 0), "0");
        assert_eq!(number(Lang::Vi, 956), "956");
        assert_eq!(number(Lang::Vi, 30_121), "30.121");
        assert_eq!(number(Lang::En, 6_313_800_000), "6,313,800,000");
        assert_eq!(number(Lang::En, -1000), "−1,000");
    }

    #[test]
    fn times_are_those_of_viet_nam() {
        let at: Timestamp = "2026-11-21T17:05:09Z".parse().expect("a timestamp");
        assert_eq!(date_time(Lang::Vi, at), "00:05 22/11/2026");
        assert_eq!(date(Lang::En, jiff::civil::date(2026, 1, 2)), "02/01/2026");
    }

    #[test]
    fn ages_are_in_whole_units() {
        let from: Timestamp = "2026-11-21T00:00:00Z".parse().expect("a timestamp");
        let after = |seconds| age(Lang::En, from, from + jiff::SignedDuration::from_secs(seconds));
        assert_eq!(after(-5), "less than a minute");
        assert_eq!(after(60), "1 minute");
        assert_eq!(after(7199), "1 hour");
        assert_eq!(after(86_400), "1 day");
        assert_eq!(after(3 * 86_400), "3 days");
    }
}
