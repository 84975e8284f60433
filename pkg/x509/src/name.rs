//! Names of subjects and issuers, as text.

use der::Tag;
use der::asn1::ObjectIdentifier;
use model::text::clean;

/// What a part of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribute {
    /// CN.
    CommonName,
    /// O.
    Organisation,
    /// OU.
    Unit,
    /// T, chức danh.
    Title,
    /// L.
    Locality,
    /// ST.
    Province,
    /// C.
    Country,
    /// Of the subject, not of the certificate.
    SerialNumber,
    /// UID.
    UserId,
    /// E.
    Email,
    /// 2.5.4.97.
    OrganisationId,
}

const ATTRIBUTES: [(ObjectIdentifier, Attribute); 11] = [
    (ObjectIdentifier::new_unwrap("2.5.4.3"), Attribute::CommonName),
    (ObjectIdentifier::new_unwrap("2.5.4.10"), Attribute::Organisation),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), Attribute::Unit),
    (ObjectIdentifier::new_unwrap("2.5.4.12"), Attribute::Title),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), Attribute::Locality),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), Attribute::Province),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), Attribute::Country),
    (ObjectIdentifier::new_unwrap("2.5.4.5"), Attribute::SerialNumber),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1"), Attribute::UserId),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1"), Attribute::Email),
    (ObjectIdentifier::new_unwrap("2.5.4.97"), Attribute::OrganisationId),
];

/// What a number that names a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// CCCD, or the personal identification number.
    Citizen,
    /// CMND, the nine-digit one of before.
    OldIdentity,
    /// MST.
    Tax,
    /// An agency code.
    Agency,
}

/// A number that names a subject.
#[derive(Clone, PartialEq, Eq)]
pub struct Identifier {
    /// What it is.
    pub scheme: Scheme,
    /// The number.
    pub value: String,
}

impl std::fmt::Debug for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identifier").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

/// A name: its parts in order, cleaned. `Debug` does not show them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Name(Vec<(Attribute, String)>);

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(attribute, _)| attribute)).finish()
    }
}

impl Name {
    pub(crate) fn of(name: &x509_cert::name::Name) -> Self {
        let parts = name.iter().filter_map(|part| {
            let (_, attribute) = ATTRIBUTES.iter().find(|(oid, _)| *oid == part.oid)?;
            let text = clean(&text(part.value.header().tag(), part.value.value())?);
            (!text.is_empty()).then_some((*attribute, text))
        });
        Self(parts.collect())
    }

    /// The first part of a kind.
    pub fn get(&self, attribute: Attribute) -> Option<&str> {
        self.all(attribute).next()
    }

    /// Every part of a kind.
    pub fn all(&self, attribute: Attribute) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| *known == attribute).map(|(_, text)| text.as_str())
    }

    /// What to call it in a list: CN, else OU, else O.
    pub fn title(&self) -> &str {
        [Attribute::CommonName, Attribute::Unit, Attribute::Organisation]
            .into_iter()
            .find_map(|attribute| self.get(attribute))
            .unwrap_or_default()
    }

    /// Numbers that name the subject, as Vietnamese authorities write them into UID and serialNumber: `CCCD:046088001234`, `MST:…`, or
    /// twelve digits alone.
    pub fn identifiers(&self) -> Vec<Identifier> {
        let places = [Attribute::UserId, Attribute::SerialNumber, Attribute::OrganisationId];
        places.into_iter().flat_map(|attribute| self.all(attribute)).filter_map(identifier).collect()
    }
}

fn identifier(text: &str) -> Option<Identifier> {
    let (scheme, value) = match text.split_once([':', '-', '=']) {
        Some((prefix, value)) => {
            let scheme = match prefix.trim().to_ascii_uppercase().as_str() {
                "CCCD" | "CC" | "SĐDCN" | "DDCN" | "PNOVN" => Scheme::Citizen,
                "CMND" | "CMT" => Scheme::OldIdentity,
                "MST" | "TAXVN" | "VATVN" => Scheme::Tax,
                "MDD" | "MĐD" | "MADINHDANH" => Scheme::Agency,
                _ => return None,
            };
            (scheme, value)
        }
        None if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) => (Scheme::Citizen, text),
        None => return None,
    };
    let value = clean(value);
    (!value.is_empty()).then_some(Identifier { scheme, value })
}

/// The text of a string of ASN.1; none where its bytes are not of its alphabet.
pub(crate) fn text(tag: Tag, bytes: &[u8]) -> Option<String> {
    match tag {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::NumericString | Tag::VisibleString => {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        }
        // in practice Latin-1
        Tag::TeletexString => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let (pairs, []) = bytes.as_chunks::<2>() else { return None };
            String::from_utf16(&pairs.iter().copied().map(u16::from_be_bytes).collect::<Vec<_>>()).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_authorities_write_them() {
        for (text, expected) in [
            ("CCCD:046088001234", Some((Scheme::Citizen, "046088001234"))),
            ("cccd: 046088001234", Some((Scheme::Citizen, "046088001234"))),
            ("046088001234", Some((Scheme::Citizen, "046088001234"))),
            ("CMND:191234567", Some((Scheme::OldIdentity, "191234567"))),
            ("MST:3300100131", Some((Scheme::Tax, "3300100131"))),
            ("04608800123", None),
            ("X:1", None),
            ("CCCD:", None),
        ] {
            let found = identifier(text).map(|found| (found.scheme, found.value));
            assert_eq!(found.as_ref().map(|(scheme, value)| (*scheme, value.as_str())), expected, "{text}");
        }
    }

    #[test]
    fn strings_of_every_kind_are_text() {
        assert_eq!(text(Tag::BmpString, &[0x1E, 0xC5, 0x00, 0x6E]).as_deref(), Some("ễn"));
        assert_eq!(text(Tag::BmpString, &[0x1E]), None);
        assert_eq!(text(Tag::TeletexString, &[0xC9]).as_deref(), Some("É"));
        assert_eq!(text(Tag::Utf8String, &[0xFF]), None);
        assert_eq!(text(Tag::Integer, &[1]), None);
    }
}
