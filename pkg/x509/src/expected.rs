//! Whether a certificate is the one of a person or unit.

use model::text::{canonical_tone, clean, fold};

use crate::Certificate;
use crate::judge::Finding;
use crate::name::{Attribute, Scheme};

/// Whose record a certificate is to fill.
#[derive(Clone, Copy)]
pub enum Expected<'a> {
    /// A person.
    Person {
        /// Full name.
        name: &'a str,
        /// Citizen number.
        citizen: Option<&'a str>,
        /// Address of official mail.
        email: Option<&'a str>,
        /// Names of the unit and those above it.
        units: &'a [&'a str],
    },
    /// A unit's seal.
    Organisation {
        /// Its names, the short one too.
        names: &'a [&'a str],
        /// Its code.
        code: Option<&'a str>,
    },
    /// A machine or program of a unit.
    Device {
        /// Names of the unit and those above it.
        units: &'a [&'a str],
    },
}

impl Expected<'_> {
    /// What does not fit.
    pub fn findings(&self, certificate: &Certificate) -> Vec<Finding> {
        let subject = certificate.subject();
        let mut findings = Vec::new();
        let common = subject.get(Attribute::CommonName).unwrap_or_default();
        match self {
            Expected::Person { name, citizen, email, units } => {
                match likeness(name, common) {
                    Likeness::Same => {}
                    Likeness::Marks => findings.push(Finding::NameWithoutMarks),
                    Likeness::Other => findings.push(Finding::NameDiffers),
                }
                let numbers = subject.identifiers();
                let mut citizens = numbers.iter().filter(|number| number.scheme == Scheme::Citizen).peekable();
                match citizen {
                    Some(_) if citizens.peek().is_none() => findings.push(Finding::NoCitizenNumber),
                    Some(citizen) if !citizens.any(|number| number.value == *citizen) => {
                        findings.push(Finding::CitizenNumberDiffers);
                    }
                    _ => {}
                }
                let emails = certificate.emails();
                if let Some(email) = email
                    && !emails.is_empty()
                    && !emails.contains(&email.trim().to_lowercase())
                {
                    findings.push(Finding::EmailDiffers);
                }
                findings.extend(unit_finding(certificate, units));
            }
            Expected::Organisation { names, code } => {
                let said = [Attribute::CommonName, Attribute::Unit, Attribute::Organisation];
                let by_name = said
                    .into_iter()
                    .flat_map(|attribute| subject.all(attribute))
                    .any(|said| names.iter().any(|name| likeness(name, said) != Likeness::Other));
                let by_code = code.is_some_and(|code| {
                    subject.identifiers().iter().any(|number| number.scheme == Scheme::Agency && number.value == code)
                });
                if !by_name && !by_code {
                    findings.push(Finding::NameDiffers);
                }
            }
            Expected::Device { units } => findings.extend(unit_finding(certificate, units)),
        }
        findings
    }
}

fn unit_finding(certificate: &Certificate, units: &[&str]) -> Option<Finding> {
    let subject = certificate.subject();
    let mut said = subject.all(Attribute::Organisation).chain(subject.all(Attribute::Unit)).peekable();
    said.peek()?;
    let known = said.any(|said| units.iter().any(|unit| likeness(unit, said) != Likeness::Other));
    (!known).then_some(Finding::UnitDiffers)
}

#[derive(PartialEq, Eq)]
enum Likeness {
    Same,
    /// But for its diacritics, which some programs leave out.
    Marks,
    Other,
}

fn likeness(one: &str, other: &str) -> Likeness {
    let whole = |text: &str| canonical_tone(&clean(text).to_lowercase());
    let plain = |text: &str| fold(text);
    if whole(one) == whole(other) {
        Likeness::Same
    // two names that differ in their marks are two people's: Nguyễn, Nguyên
    } else if plain(one) == plain(other) && !(model::text::has_marks(one) && model::text::has_marks(other)) {
        Likeness::Marks
    } else {
        Likeness::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_marks_is_not_another_one_but_other_marks_are() {
        assert!(likeness("Nguyễn Văn Hoà", "NGUYỄN VĂN HÒA") == Likeness::Same);
        assert!(likeness("Nguyễn Văn Hòa", "Nguyen Van Hoa") == Likeness::Marks);
        assert!(likeness("Nguyễn Văn Hòa", "Nguyễn Văn Hoa") == Likeness::Other);
        assert!(likeness("Nguyễn Văn Hòa", "Nguyen Van Hung") == Likeness::Other);
    }
}
