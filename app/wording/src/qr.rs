//! Of the QR code.

use contract::Lang;
use face::qr::{Fault, Field, Proposal, TooDense};

use crate::words::{field as names, qr_fault as text};

/// A field's name, shorter than the regulation's where that is long.
pub fn field(l: Lang, field: Field) -> &'static str {
    match field {
        Field::CardCode => names::card_code(l),
        Field::FullName => names::full_name(l),
        Field::BirthDate => names::birth_date(l),
        Field::Sex => names::sex(l),
        Field::CitizenId => names::citizen_id(l),
        Field::UnitCode => names::unit_code(l),
        Field::ManagingAgency => names::managing_agency(l),
        Field::Position => names::position(l),
        Field::StatusUrl => names::status_url(l),
    }
}

/// Why a record has no QR code.
pub fn fault(l: Lang, fault: &Fault) -> String {
    match *fault {
        Fault::Empty { field: of } => text::empty(l, field(l, of)),
        Fault::TooLong { field: of, found, maximum } => text::too_long(l, field(l, of), found, maximum, fault.over()),
        Fault::Separator { field: of } => text::separator(l, field(l, of)),
        Fault::Character { field: of, character } => text::letter(l, field(l, of), character),
        Fault::Format { field: of } => text::form(l, field(l, of)),
        Fault::Total { found, maximum } => text::total(l, found, maximum, fault.over()),
        Fault::TooDense(TooDense { version: None, .. }) => text::none(l).to_owned(),
        Fault::TooDense(TooDense { version: Some(version), resolution }) => {
            text::dense(l, resolution.dpi(), resolution.largest_version(), version)
        }
    }
}

/// Which approved abbreviations would make it fit.
pub fn proposal(l: Lang, proposal: &Proposal) -> String {
    let applied = proposal.applied.iter().map(|it| {
        let (long, short) = (it.abbreviation.long(), it.abbreviation.short());
        text::applied(l, field(l, it.field), long, short)
    });
    text::proposal(l, applied.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excess_is_told_with_its_number() {
        let long = Fault::TooLong { field: Field::Position, found: 20, maximum: 17 };
        assert_eq!(fault(Lang::En, &long), "Post, title: 20 characters, 3 too many; at most 17.");
        assert_eq!(fault(Lang::Vi, &long), "Chức vụ, chức danh: 20 ký tự, quá 3; tối đa 17.");
    }
}
