//! Certificate files: PEM, DER, PKCS #7 and plain Base64, and revocation lists. What is in them, what speaks against a certificate
//! ([`judge`]), and whether it is the person's or the unit's whose record it is to fill ([`Expected`]).
//!
//! A secret key that somebody uploads by mistake is recognised before anything else is looked at ([`Wrapping`]), and whatever was read is
//! wiped. Nothing here reads a clock: the time is an argument, in seconds since 1970.
#![warn(missing_docs)]

mod armour;
mod certificate;
mod expected;
mod judge;
mod name;
mod revocation;
mod secret;
mod signature;
mod status;

pub use certificate::{Algorithm, Certificate, Kind};
pub use expected::Expected;
pub use judge::{Finding, Question, judge};
pub use name::{Attribute, Identifier, Name, Scheme};
pub use revocation::{Reason, RevocationList};
pub use secret::Wrapping;
pub use status::{MAX_ANSWER, Status, StatusAnswer, question};
pub use zeroize::Zeroizing;

use der::Decode as _;
use der::asn1::{AnyRef, ContextSpecific, ObjectIdentifier};

/// The longest certificate file.
pub const MAX_FILE: usize = 1 << 20;
/// The longest revocation list.
pub const MAX_LIST: usize = 32 << 20;
/// Certificates in a file.
pub const MAX_CERTIFICATES: usize = 64;

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It holds a secret key: it is refused, wiped, and has to be treated as exposed.
    #[error("the file holds a secret key ({0:?})")]
    SecretKey(Wrapping),
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// Longer than is read.
    #[error("the file is longer than {most} bytes")]
    TooLong {
        /// How long it may be.
        most: usize,
    },
    /// A request for a certificate (PKCS #10) instead of one.
    #[error("the file is a request for a certificate")]
    Request,
    /// A public key without a certificate.
    #[error("the file is a public key without a certificate")]
    PublicKey,
    /// It looks like one, but its bytes are damaged.
    #[error("the certificate is damaged")]
    Damaged,
    /// Nothing of what is read here.
    #[error("the file is no certificate")]
    Other,
    /// More certificates than a file may have.
    #[error("more than {MAX_CERTIFICATES} certificates")]
    TooMany,
}

/// What a file held.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// Certificates, each once, in the file's order.
    pub certificates: Vec<Certificate>,
    /// Revocation lists.
    pub lists: Vec<RevocationList>,
}

/// Why a file does not tell whose certificate it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOne {
    /// Those of certification authorities alone.
    #[error("only certificates of certification authorities")]
    Authorities,
    /// Several subscribers'.
    #[error("certificates of {0} subscribers")]
    Several(usize),
    /// No certificate at all.
    #[error("no certificate")]
    None,
}

impl Bundle {
    /// The one subscriber's certificate; the others are those of certification authorities.
    ///
    /// # Errors
    /// [`NotOne`]
    pub fn subscriber(&self) -> Result<&Certificate, NotOne> {
        let mut subscribers = self.certificates.iter().filter(|certificate| !certificate.is_authority());
        match (subscribers.next(), subscribers.count()) {
            (Some(only), 0) => Ok(only),
            (Some(_), others) => Err(NotOne::Several(others + 1)),
            (None, _) if self.certificates.is_empty() => Err(NotOne::None),
            (None, _) => Err(NotOne::Authorities),
        }
    }
}

/// Reads a file, of whatever name; its bytes are wiped afterwards.
///
/// # Errors
/// [`Refused`]; a secret key anywhere in it comes first.
#[expect(clippy::needless_pass_by_value, reason = "who gives the bytes away cannot keep a secret key by mistake")]
pub fn read(bytes: Zeroizing<Vec<u8>>) -> Result<Bundle, Refused> {
    read_up_to(&bytes, MAX_FILE)
}

/// Reads a revocation list, which may be longer than a certificate.
///
/// # Errors
/// [`Refused`]
#[expect(clippy::needless_pass_by_value, reason = "who gives the bytes away cannot keep a secret key by mistake")]
pub fn read_list(bytes: Zeroizing<Vec<u8>>) -> Result<Bundle, Refused> {
    read_up_to(&bytes, MAX_LIST)
}

fn read_up_to(bytes: &[u8], most: usize) -> Result<Bundle, Refused> {
    let text = armour::text(bytes);
    if let Some(wrapping) = secret::recognise(bytes, text.as_deref().map(String::as_str)) {
        return Err(Refused::SecretKey(wrapping));
    }
    if bytes.len() > most {
        return Err(Refused::TooLong { most });
    }
    let mut bundle = Bundle::default();
    match text {
        Some(text) if text.trim().is_empty() => return Err(Refused::Empty),
        Some(text) => {
            let blocks = armour::blocks(&text);
            if blocks.is_empty() {
                let plain = armour::base64(&text).ok_or(Refused::Other)?;
                bundle.take("", &plain)?;
            }
            for (label, block) in blocks {
                bundle.take(&label, &block.ok_or(Refused::Damaged)?)?;
            }
        }
        None => bundle.take("", bytes)?,
    }
    if bundle.certificates.is_empty() && bundle.lists.is_empty() {
        return Err(Refused::Other);
    }
    Ok(bundle)
}

/// 1.2.840.113549.1.7.2, signed data (RFC 5652 §5.1).
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

/// What a PKCS #7 file is around its certificates (RFC 5652 §3, §5.1).
#[derive(der::Sequence)]
struct ContentInfo<'a> {
    kind: ObjectIdentifier,
    content: ContextSpecific<SignedData<'a>>,
}

#[derive(der::Sequence)]
struct SignedData<'a> {
    version: u8,
    digests: AnyRef<'a>,
    content: AnyRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    certificates: Option<der::asn1::SetOfVec<AnyRef<'a>>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    lists: Option<der::asn1::SetOfVec<AnyRef<'a>>>,
    signers: AnyRef<'a>,
}

impl Bundle {
    /// Takes what a block of a file holds, whatever its label says.
    fn take(&mut self, label: &str, bytes: &[u8]) -> Result<(), Refused> {
        if label.contains("REQUEST") {
            return Err(Refused::Request);
        }
        if label.contains("PUBLIC KEY") {
            return Err(Refused::PublicKey);
        }
        match shape(bytes) {
            Shape::Certificate => self.push(Certificate::read(bytes).ok_or(Refused::Damaged)?),
            Shape::List => {
                self.lists.push(RevocationList::read(bytes).ok_or(Refused::Damaged)?);
                Ok(())
            }
            Shape::Pkcs7 => self.take_pkcs7(bytes),
            Shape::Request => Err(Refused::Request),
            Shape::PublicKey => Err(Refused::PublicKey),
            // parameters of a curve and the like, which some programs write before a certificate
            Shape::Other if label.contains("PARAMETERS") => Ok(()),
            Shape::Other if label.is_empty() => Err(Refused::Other),
            Shape::Other => Err(Refused::Damaged),
        }
    }

    fn take_pkcs7(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        use der::Encode as _;
        let outer = ContentInfo::from_der(bytes).map_err(|_| Refused::Damaged)?;
        for any in outer.content.value.certificates.iter().flat_map(|set| set.iter()) {
            // attribute certificates and other choices have a tag of their own
            if any.header().tag() == der::Tag::Sequence {
                let bytes = any.to_der().map_err(|_| Refused::Damaged)?;
                self.push(Certificate::read(&bytes).ok_or(Refused::Damaged)?)?;
            }
        }
        for any in outer.content.value.lists.iter().flat_map(|set| set.iter()) {
            let bytes = any.to_der().map_err(|_| Refused::Damaged)?;
            self.lists.push(RevocationList::read(&bytes).ok_or(Refused::Damaged)?);
        }
        Ok(())
    }

    fn push(&mut self, certificate: Certificate) -> Result<(), Refused> {
        if self.certificates.contains(&certificate) {
            return Ok(());
        }
        if self.certificates.len() == MAX_CERTIFICATES {
            return Err(Refused::TooMany);
        }
        self.certificates.push(certificate);
        Ok(())
    }
}

/// What DER bytes seem to be, by their first elements.
enum Shape {
    Certificate,
    List,
    Pkcs7,
    Request,
    PublicKey,
    Other,
}

/// Certificate, list and request are all `SEQUENCE { SEQUENCE { … }, SEQUENCE, BIT STRING }` and differ in what the first one begins with.
fn shape(bytes: &[u8]) -> Shape {
    let parts = secret::parts(bytes);
    let tags: Vec<u8> = parts.iter().map(|part| part.tag).collect();
    match tags.as_slice() {
        [0x06, 0xA0, ..] if parts.first().is_some_and(|oid| oid.content == SIGNED_DATA.as_bytes()) => Shape::Pkcs7,
        [0x30, 0x03] => Shape::PublicKey,
        [0x30, 0x30, 0x03] | [0x30, 0x30] | [0x30] => {
            let inner: Vec<u8> = parts
                .first()
                .map(|first| secret::elements(first.content))
                .unwrap_or_default()
                .iter()
                .map(|part| part.tag)
                .collect();
            match inner.as_slice() {
                // [0] version; a certificate of version 1 begins with its serial number, and has a validity of two times
                [0xA0, ..] | [0x02, 0x30, 0x30, 0x30, 0x30, 0x30, ..] => Shape::Certificate,
                [0x02, 0x30, 0x30, 0x17 | 0x18, ..] | [0x30, 0x30, 0x17 | 0x18, ..] => Shape::List,
                [0x02, 0x30, 0x30, 0xA0, ..] => Shape::Request,
                _ => Shape::Other,
            }
        }
        _ => Shape::Other,
    }
}
