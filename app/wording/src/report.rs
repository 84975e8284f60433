//! Of the conformance report: what was judged, and what was found of it.

use contract::Lang;
use face::conformance::{Aspect, Clause, Reason};

use crate::words::{aspect as aspects, clause as text, reason as reasons};
use crate::{face::element, qr::field};

/// What a clause asks about.
pub fn clause(l: Lang, clause: Clause) -> String {
    let fixed = match clause {
        Clause::Place(of) => return text::place(l, element(l, of)),
        Clause::Text(of, asked) => return text::text(l, aspect(l, asked), element(l, of)),
        Clause::QrField(of) => return text::qr_field(l, field(l, of)),
        Clause::PageSize => text::page_size(l),
        Clause::FrontGround => text::front_ground(l),
        Clause::Drum => text::drum(l),
        Clause::SecurityPrint => text::security_print(l),
        Clause::Emblem => text::emblem(l),
        Clause::HeaderAlignment => text::header_alignment(l),
        Clause::HolderAlignment => text::holder_alignment(l),
        Clause::Portrait => text::portrait(l),
        Clause::PortraitSize => text::portrait_size(l),
        Clause::ChipSymbol => text::chip_symbol(l),
        Clause::ChipContacts => text::chip_contacts(l),
        Clause::StripeBars => text::stripe_bars(l),
        Clause::StripeColour => text::stripe_colour(l),
        Clause::QrSize => text::qr_size(l),
        Clause::QrQuietZone => text::qr_quiet_zone(l),
        Clause::QrDots => text::qr_dots(l),
        Clause::QrReadable => text::qr_readable(l),
        Clause::QrLength => text::qr_length(l),
        Clause::QrSeparator => text::qr_separator(l),
        Clause::BackGround => text::back_ground(l),
        Clause::BackEmblem => text::back_emblem(l),
        Clause::BackNameColour => text::back_name_colour(l),
        Clause::BackQrSize => text::back_qr_size(l),
        Clause::BackQrQuietZone => text::back_qr_quiet_zone(l),
        Clause::BackQrDots => text::back_qr_dots(l),
        Clause::BackQrReadable => text::back_qr_readable(l),
        Clause::BackQrClaims => text::back_qr_claims(l),
        Clause::BackQrSignature => text::back_qr_signature(l),
    };
    fixed.to_owned()
}

fn aspect(l: Lang, aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Content => aspects::content(l),
        Aspect::Font => aspects::font(l),
        Aspect::Size => aspects::size(l),
        Aspect::Weight => aspects::weight(l),
        Aspect::Place => aspects::place(l),
        Aspect::Overlap => aspects::overlap(l),
        Aspect::Contrast => aspects::contrast(l),
    }
}

/// In what a clause is only met equivalently, or why it is not.
pub fn reason(l: Lang, reason: Reason) -> &'static str {
    match reason {
        Reason::MetricCompatibleFont => reasons::metric_compatible_font(l),
        Reason::OwnDrawing => reasons::own_drawing(l),
        Reason::ApprovedAbbreviation => reasons::approved_abbreviation(l),
        Reason::CadreWithoutColour => reasons::cadre_without_colour(l),
        Reason::SmallerOnWholeDots => reasons::smaller_on_whole_dots(l),
        Reason::SeparatorNotNamed => reasons::separator_not_named(l),
        Reason::Punctuation => reasons::punctuation(l),
        Reason::UnitAbove => reasons::unit_above(l),
        Reason::AddressWithoutCode => reasons::address_without_code(l),
        Reason::Missing => reasons::missing(l),
        Reason::Unexpected => reasons::unexpected(l),
        Reason::OtherPageSize => reasons::other_page_size(l),
        Reason::OtherColour => reasons::other_colour(l),
        Reason::NationalEmblem => reasons::national_emblem(l),
        Reason::OtherText => reasons::other_text(l),
        Reason::OtherGlyphs => reasons::other_glyphs(l),
        Reason::OtherFont => reasons::other_font(l),
        Reason::OtherTypeSize => reasons::other_type_size(l),
        Reason::Squeezed => reasons::squeezed(l),
        Reason::OtherWeight => reasons::other_weight(l),
        Reason::OtherFace => reasons::other_face(l),
        Reason::OutsideMargin => reasons::outside_margin(l),
        Reason::Overlap => reasons::overlap(l),
        Reason::LowContrast => reasons::low_contrast(l),
        Reason::OtherAlignment => reasons::other_alignment(l),
        Reason::NotThreeToFour => reasons::not_three_to_four(l),
        Reason::TooSmall => reasons::too_small(l),
        Reason::TooLarge => reasons::too_large(l),
        Reason::OnContacts => reasons::on_contacts(l),
        Reason::NotTwoBars => reasons::not_two_bars(l),
        Reason::QuietZoneNotWhite => reasons::quiet_zone_not_white(l),
        Reason::TooFewDots => reasons::too_few_dots(l),
        Reason::NotWholeDots => reasons::not_whole_dots(l),
        Reason::Unreadable => reasons::unreadable(l),
        Reason::NotNineFields => reasons::not_nine_fields(l),
        Reason::OtherSeparator => reasons::other_separator(l),
        Reason::TooLong => reasons::too_long(l),
        Reason::OtherValue => reasons::other_value(l),
        Reason::NotSigned => reasons::not_signed(l),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_clause_is_told_apart_in_both_languages() {
        for l in [Lang::Vi, Lang::En] {
            let all = Clause::all();
            let named: BTreeSet<String> = all.iter().map(|one| clause(l, *one)).collect();
            assert_eq!(named.len(), all.len());
        }
    }
}
