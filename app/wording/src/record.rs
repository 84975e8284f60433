//! Of the values that a card is made from.

use contract::Lang;
use face::record::Reason;
use model::card_code::CardCodeError;
use model::card_type::CardTypeError;
use model::citizen::CitizenIdError;
use model::day::DayError;
use model::unit_code::UnitCodeError;

use crate::words::value as text;

/// What is wrong with a value, beside its field.
pub fn reason(l: Lang, reason: &Reason) -> String {
    match reason {
        Reason::Empty
        | Reason::Day(DayError::Empty)
        | Reason::Citizen(CitizenIdError::Empty)
        | Reason::Unit(UnitCodeError::Empty)
        | Reason::Type(CardTypeError::Empty)
        | Reason::Code(CardCodeError::Empty) => text::empty(l).to_owned(),
        Reason::Sex => text::sex(l).to_owned(),
        Reason::Rank => text::rank(l).to_owned(),
        Reason::Day(fault) => day(l, fault),
        Reason::Citizen(CitizenIdError::NotDigits) => text::citizen_digits(l).to_owned(),
        Reason::Citizen(CitizenIdError::LeadingZeroLost) => text::citizen_zero(l).to_owned(),
        Reason::Citizen(CitizenIdError::Length { found }) => text::citizen_length(l, found),
        Reason::Unit(UnitCodeError::TooLong { chars, max }) => text::unit_long(l, chars, max),
        Reason::Unit(UnitCodeError::Character(letter)) | Reason::Code(CardCodeError::Character(letter)) => {
            text::letter(l, letter)
        }
        Reason::Unit(_) => text::unit_form(l).to_owned(),
        Reason::Type(_) => text::kind(l).to_owned(),
        Reason::Code(CardCodeError::Length { found }) => text::code_length(l, found),
        Reason::Code(CardCodeError::LookAlike(letter)) => text::code_look_alike(l, letter),
    }
}

fn day(l: Lang, fault: &DayError) -> String {
    match fault {
        DayError::Year { first, last } => text::day_year(l, first, last),
        DayError::MonthFirst | DayError::Month | DayError::Day { .. } => text::day_none(l).to_owned(),
        DayError::Empty
        | DayError::Character(_)
        | DayError::Parts { .. }
        | DayError::Gap { .. }
        | DayError::YearDigits { .. } => text::day_form(l).to_owned(),
    }
}
