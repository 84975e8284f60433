//! The fields of a card, as a form has them: under the keys of `record.json`.

use contract::Lang;
use face::qr::Field;
use face::record::{Form, HolderRank, Variant};
use face::scene::Element;
use wording::face::element;
use wording::qr::field;

use crate::words::{label as labels, rank, variant};

/// Every key that is typed or chosen, in the order of the form.
pub const KEYS: [&str; 16] = [
    "full_name",
    "position",
    "managing_agency",
    "using_unit",
    "unit_code",
    "birth_date",
    "sex",
    "citizen_id",
    "type",
    "rank",
    "variant",
    "chip",
    "administrative",
    "card_code",
    "host",
    "back_name",
];

/// A form out of its values by key; what is chosen otherwise than it can be is the first choice.
pub fn form(value: impl Fn(&str) -> String) -> Form {
    Form {
        variant: match value("variant").as_str() {
            "embedded" => Variant::Embedded,
            "other" => Variant::Other,
            _ => Variant::Raised,
        },
        chip: !value("chip").is_empty(),
        administrative: !value("administrative").is_empty(),
        rank: match value("rank").as_str() {
            "leader" => HolderRank::Leader,
            "other" => HolderRank::Other,
            _ => HolderRank::Ordinary,
        },
        managing_agency: value("managing_agency"),
        using_unit: value("using_unit"),
        unit_code: value("unit_code"),
        full_name: value("full_name"),
        birth_date: value("birth_date"),
        sex: value("sex"),
        citizen_id: value("citizen_id"),
        card_type: value("type"),
        position: value("position"),
        card_code: value("card_code"),
        host: value("host"),
        photo: None,
        back_name: value("back_name"),
        emblem: None,
    }
}

/// What the field of a key is called.
pub fn label(l: Lang, key: &str) -> &'static str {
    match key {
        "full_name" => field(l, Field::FullName),
        "position" => field(l, Field::Position),
        "managing_agency" => element(l, Element::ManagingAgency),
        "using_unit" => element(l, Element::UsingUnit),
        "unit_code" => labels::unit_code(l),
        "birth_date" => field(l, Field::BirthDate),
        "sex" => field(l, Field::Sex),
        "citizen_id" => field(l, Field::CitizenId),
        "type" => labels::kind(l),
        "rank" => labels::rank(l),
        "variant" => labels::variant(l),
        "chip" => labels::chip(l),
        "administrative" => labels::administrative(l),
        "card_code" => field(l, Field::CardCode),
        "host" => labels::host(l),
        "back_name" => element(l, Element::BackName),
        _ => "",
    }
}

/// Value and name of every choice that a key has; none for one that is typed.
pub fn choices(l: Lang, key: &str) -> Vec<(&'static str, &'static str)> {
    match key {
        "variant" => {
            vec![("raised", variant::raised(l)), ("embedded", variant::embedded(l)), ("other", variant::other(l))]
        }
        "rank" => vec![("leader", rank::leader(l)), ("ordinary", rank::ordinary(l)), ("other", rank::other(l))],
        "type" => ["CB", "CC", "VC", "XA", "XA0", "HĐ"].map(|name| (name, name)).to_vec(),
        // as it is printed, in either language
        "sex" => ["Nam", "Nữ"].map(|name| (name, name)).to_vec(),
        _ => Vec::new(),
    }
}

/// Where a part of the face is typed: under its name.
pub(crate) fn key_of_element(element: Element) -> Option<&'static str> {
    KEYS.into_iter().find(|key| *key == element.name())
}

/// Where a field of the QR code is typed: under its name, too, but for the address, of which the host is typed.
pub(crate) fn key_of_field(field: Field) -> &'static str {
    match field {
        Field::StatusUrl => "host",
        typed => typed.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_record_is_asked_for_and_named() {
        let form = serde_json::to_value(form(|key| key.to_owned())).unwrap();
        let mut keys: Vec<&str> = form.as_object().unwrap().keys().map(String::as_str).collect();
        let mut asked = KEYS.to_vec();
        keys.sort_unstable();
        asked.sort_unstable();
        assert_eq!(keys, asked);
        assert!(KEYS.iter().all(|key| [Lang::Vi, Lang::En].iter().all(|l| !label(*l, key).is_empty())));
    }

    #[test]
    fn what_has_to_be_mended_is_typed_somewhere() {
        assert!(Field::ALL.iter().all(|field| KEYS.contains(&key_of_field(*field))));
        let typed =
            [Element::ManagingAgency, Element::UsingUnit, Element::FullName, Element::Position, Element::BackName];
        assert!(typed.iter().all(|element| key_of_element(*element) == Some(element.name())));
        assert_eq!(key_of_element(Element::CardNumber), None);
    }

    #[test]
    fn choices_are_what_a_record_understands() {
        for key in ["variant", "rank", "type", "sex"] {
            for (value, _) in choices(Lang::Vi, key) {
                let form = form(|asked| if asked == key { value.to_owned() } else { String::new() });
                assert_eq!(serde_json::to_value(form).unwrap()[key], value);
            }
        }
    }
}
