//! A certificate, with what a record takes from it.

use der::Decode as _;
use sha2::Digest as _;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage,
    KeyUsage, SubjectAltName, SubjectKeyIdentifier,
};

use crate::name::{Attribute, Name};
use crate::signature::{self, Hash, Key, Scheme};

/// A certificate that could be read. Two are equal when their bytes are.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    parsed: x509_cert::Certificate,
    subject: Name,
    issuer: Name,
    key: Option<Key>,
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

/// Serial number alone: names are personal data.
impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("serial", &self.serial()).finish_non_exhaustive()
    }
}

/// What a certificate's subject seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person.
    Person,
    /// A unit.
    Organisation,
    /// A machine or program.
    Device,
    /// A certification authority.
    Authority,
}

/// A public key's algorithm and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSA with a modulus of so many bits.
    Rsa(usize),
    /// P-256.
    P256,
    /// P-384.
    P384,
    /// Ed25519.
    Ed25519,
    /// Something else.
    Other,
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Algorithm::Rsa(bits) => write!(f, "RSA {bits}"),
            Algorithm::P256 => f.write_str("EC P-256"),
            Algorithm::P384 => f.write_str("EC P-384"),
            Algorithm::Ed25519 => f.write_str("Ed25519"),
            Algorithm::Other => f.write_str("?"),
        }
    }
}

impl Certificate {
    /// Reads DER; none where it is damaged or something follows it.
    pub fn read(der: &[u8]) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(der).ok()?;
        let inner = parsed.tbs_certificate();
        // RFC 5280 §4.1.1.2: both say how it was signed
        if inner.signature() != parsed.signature_algorithm() {
            return None;
        }
        let (subject, issuer) = (Name::of(inner.subject()), Name::of(inner.issuer()));
        let key = signature::key(inner.subject_public_key_info());
        Some(Self { der: der.to_vec(), subject, issuer, key, parsed })
    }

    /// Its bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of its bytes.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha2::Sha256::digest(&self.der).into()
    }

    /// The serial number as programs show it: hexadecimal digits in capitals, without leading zeros.
    pub fn serial(&self) -> String {
        digits(self.serial_bytes())
    }

    pub(crate) fn serial_bytes(&self) -> &[u8] {
        self.parsed.tbs_certificate().serial_number().as_bytes()
    }

    /// Whom it is for.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// Who made it.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// First second of its validity.
    pub fn valid_from(&self) -> i64 {
        seconds(self.parsed.tbs_certificate().validity().not_before)
    }

    /// Last second of its validity.
    pub fn valid_until(&self) -> i64 {
        seconds(self.parsed.tbs_certificate().validity().not_after)
    }

    /// Its key's algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match &self.key {
            Some(Key::Rsa(_, bits)) => Algorithm::Rsa(*bits),
            Some(Key::P256(_)) => Algorithm::P256,
            Some(Key::P384(_)) => Algorithm::P384,
            Some(Key::Ed25519(_)) => Algorithm::Ed25519,
            None => Algorithm::Other,
        }
    }

    /// Whether it was signed with a digest that is broken.
    pub fn has_weak_signature(&self) -> bool {
        self.scheme().and_then(Scheme::hash).is_some_and(Hash::is_weak)
    }

    pub(crate) fn scheme(&self) -> Option<Scheme> {
        signature::scheme(self.parsed.signature_algorithm())
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Addresses of mail, from the name and from the alternative names.
    pub fn emails(&self) -> Vec<String> {
        let mut emails: Vec<String> = self.subject.all(Attribute::Email).map(str::to_owned).collect();
        for name in self.alternative_names() {
            if let GeneralName::Rfc822Name(email) = name {
                emails.push(email.to_string());
            }
        }
        emails.iter_mut().for_each(|email| *email = email.trim().to_lowercase());
        emails.sort();
        emails.dedup();
        emails
    }

    fn alternative_names(&self) -> Vec<GeneralName> {
        self.extension::<SubjectAltName>().map(|names| names.0).unwrap_or_default()
    }

    /// The first address in the web at which its authority's whole revocation list lies (RFC 5280 §4.2.1.13).
    pub fn list_address(&self) -> Option<String> {
        let points = self.extension::<CrlDistributionPoints>()?.0;
        // a list of some reasons, or by somebody else, cannot tell that one is not revoked
        let whole = points.into_iter().filter(|point| point.reasons.is_none() && point.crl_issuer.is_none());
        let mut names = whole.filter_map(|point| match point.distribution_point {
            Some(DistributionPointName::FullName(names)) => Some(names),
            _ => None,
        });
        names.find_map(|names| names.iter().find_map(address))
    }

    /// The first address in the web that is asked whether it was revoked (RFC 5280 §4.2.2.1: OCSP).
    pub fn status_address(&self) -> Option<String> {
        const OCSP: der::asn1::ObjectIdentifier = der::asn1::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
        let ways = self.extension::<AuthorityInfoAccessSyntax>()?.0;
        ways.iter().filter(|way| way.access_method == OCSP).find_map(|way| address(&way.access_location))
    }

    /// What the subject seems to be: a certification authority says so; a machine has a name in the network; a person has a citizen
    /// number, or a title, or is named beside the organisation; what is left is a unit.
    pub fn kind(&self) -> Kind {
        if self.is_authority() {
            return Kind::Authority;
        }
        let in_network = |name: &GeneralName| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_));
        if self.alternative_names().iter().any(in_network) {
            return Kind::Device;
        }
        let personal = |found: &crate::name::Identifier| {
            matches!(found.scheme, crate::name::Scheme::Citizen | crate::name::Scheme::OldIdentity)
        };
        if self.subject.get(Attribute::Title).is_some() || self.subject.identifiers().iter().any(personal) {
            return Kind::Person;
        }
        Kind::Organisation
    }

    /// Whether it may make other certificates (RFC 5280 §4.2.1.9).
    pub fn is_authority(&self) -> bool {
        self.extension::<BasicConstraints>().is_some_and(|constraints| constraints.ca)
    }

    pub(crate) fn longest_path(&self) -> Option<usize> {
        self.extension::<BasicConstraints>()?.path_len_constraint.map(usize::from)
    }

    /// Whether it may sign certificates; one that does not say for what it is used may.
    pub(crate) fn may_sign_certificates(&self) -> bool {
        self.extension::<KeyUsage>().is_none_or(|usage| usage.key_cert_sign())
    }

    /// Whether its authority lets it answer in its place (RFC 6960 §4.2.2.2).
    pub(crate) fn may_answer(&self) -> bool {
        self.extension::<ExtendedKeyUsage>()
            .is_some_and(|usage| usage.0.iter().any(|oid| oid.to_string() == "1.3.6.1.5.5.7.3.9"))
    }

    /// Its key's bits, as they lie in it.
    pub(crate) fn raw_key(&self) -> &[u8] {
        self.parsed.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes()
    }

    pub(crate) fn may_sign_lists(&self) -> bool {
        self.extension::<KeyUsage>().is_none_or(|usage| usage.crl_sign())
    }

    /// Whether documents may be signed with it (RFC 5280 §4.2.1.3).
    pub fn may_sign_documents(&self) -> bool {
        self.extension::<KeyUsage>().is_none_or(|usage| usage.digital_signature() || usage.non_repudiation())
    }

    /// Whether it is for servers or programs alone (RFC 5280 §4.2.1.12).
    pub fn is_for_machines(&self) -> bool {
        // server authentication, code signing, time stamping, OCSP
        const MACHINES: [&str; 4] =
            ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"];
        self.extension::<ExtendedKeyUsage>().is_some_and(|usage| {
            !usage.0.is_empty() && usage.0.iter().all(|oid| MACHINES.contains(&oid.to_string().as_str()))
        })
    }

    /// Whether the other one's name, and its key's identifier where both tell, say that it made this one.
    pub(crate) fn may_come_from(&self, issuer: &Certificate) -> bool {
        let named = same_name(self.parsed.tbs_certificate().issuer(), issuer.parsed.tbs_certificate().subject());
        let wanted = self.issuer_key();
        named && wanted.zip(issuer.own_key()).is_none_or(|(wanted, has)| wanted == has)
    }

    /// Whether the other one names itself as its maker, and signed it.
    pub fn is_signed_by(&self, issuer: &Certificate) -> bool {
        self.may_come_from(issuer) && signature::verify(&self.der, issuer.key()) == signature::Verdict::Good
    }

    /// Whether both tell that it was signed with the other one's key.
    pub(crate) fn names_key_of(&self, issuer: &Certificate) -> bool {
        self.issuer_key().zip(issuer.own_key()).is_some_and(|(wanted, has)| wanted == has)
    }

    fn issuer_key(&self) -> Option<Vec<u8>> {
        let identifier = self.extension::<AuthorityKeyIdentifier>()?.key_identifier?;
        Some(identifier.as_bytes().to_vec())
    }

    fn own_key(&self) -> Option<Vec<u8>> {
        self.extension::<SubjectKeyIdentifier>().map(|identifier| identifier.0.as_bytes().to_vec())
    }

    pub(crate) fn is_self_issued(&self) -> bool {
        same_name(self.parsed.tbs_certificate().issuer(), self.parsed.tbs_certificate().subject())
    }

    pub(crate) fn raw_issuer(&self) -> &x509_cert::name::Name {
        self.parsed.tbs_certificate().issuer()
    }

    pub(crate) fn raw_subject(&self) -> &x509_cert::name::Name {
        self.parsed.tbs_certificate().subject()
    }

    /// The first critical extension that nothing here heeds (RFC 5280 §4.2).
    pub(crate) fn unheeded(&self) -> Option<String> {
        // key usage, alternative names, basic constraints, policies, extended key usage
        const HEEDED: [&str; 5] = ["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.32", "2.5.29.37"];
        let extensions = self.parsed.tbs_certificate().extensions()?;
        let critical = extensions.iter().filter(|extension| extension.critical);
        critical.map(|extension| extension.extn_id.to_string()).find(|oid| !HEEDED.contains(&oid.as_str()))
    }

    /// Whether an extension that is looked at is there twice, or cannot be read.
    pub(crate) fn has_damaged_extension(&self) -> bool {
        let inner = self.parsed.tbs_certificate();
        inner.get_extension::<BasicConstraints>().is_err()
            || inner.get_extension::<KeyUsage>().is_err()
            || inner.get_extension::<ExtendedKeyUsage>().is_err()
            || inner.get_extension::<SubjectAltName>().is_err()
            || inner.get_extension::<SubjectKeyIdentifier>().is_err()
            || inner.get_extension::<AuthorityKeyIdentifier>().is_err()
    }

    fn extension<'a, T>(&'a self) -> Option<T>
    where
        T: der::Decode<'a, Error = der::Error> + der::oid::AssociatedOid,
    {
        self.parsed.tbs_certificate().get_extension::<T>().ok().flatten().map(|(_, value)| value)
    }
}

/// Hexadecimal digits in capitals, without leading zeros.
pub(crate) fn digits(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    let trimmed = digits.trim_start_matches("00");
    if trimmed.is_empty() { "00".to_owned() } else { trimmed.to_owned() }
}

/// An address of the web, as short as addresses are.
fn address(name: &GeneralName) -> Option<String> {
    let GeneralName::UniformResourceIdentifier(text) = name else { return None };
    let text = text.as_str();
    let web = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    (web && text.len() <= 300 && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| text.to_owned())
}

pub(crate) fn seconds(time: x509_cert::time::Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// Whether two names are the same: byte for byte, or part for part when an authority wrote them in another kind of string
/// (RFC 5280 §7.1).
pub(crate) fn same_name(one: &x509_cert::name::Name, other: &x509_cert::name::Name) -> bool {
    let part = |part: &x509_cert::attr::AttributeTypeAndValue| {
        let text = crate::name::text(part.value.header().tag(), part.value.value())?;
        Some((part.oid, model::text::clean(&text).to_lowercase()))
    };
    one == other
        || (!one.is_empty()
            && one.len() == other.len()
            && one.iter().zip(other.iter()).all(|(a, b)| a == b || part(a).is_some_and(|a| Some(a) == part(b))))
}
