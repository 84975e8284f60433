//! Whether a certificate was revoked, asked of its authority (OCSP, RFC 6960): the question, as short as RFC 5019 has it, and what is answered.
//!
//! No nonce is sent, since most authorities answer with what they signed beforehand; how old an answer is stands in it.

use der::asn1::{
    AnyRef, BitStringRef, ContextSpecific, GeneralizedTime, ObjectIdentifier, OctetString, OctetStringRef,
};
use der::{Decode as _, Encode as _, Reader as _, Tag, TagNumber};
use sha1::Digest as _;
use x509_cert::ext::pkix::CrlReason;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::Certificate;
use crate::revocation::Reason;
use crate::signature::{self, Signed, Verdict};

/// The longest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 64 << 10;
/// Seconds by which the authority's clock may be ahead.
const AHEAD: i64 = 300;
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
/// `id-pkix-ocsp-basic`
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");

#[derive(der::Sequence)]
struct Hashing<'a> {
    oid: ObjectIdentifier,
    #[asn1(optional = "true")]
    parameters: Option<AnyRef<'a>>,
}

/// Which certificate. RFC 5019 §2.1.1 has SHA-1 in it, which names a certificate here and proves nothing.
#[derive(der::Sequence)]
struct CertId<'a> {
    hashing: Hashing<'a>,
    issuer_name: OctetString,
    issuer_key: OctetString,
    serial: SerialNumber,
}

#[derive(der::Sequence)]
struct Request<'a> {
    certificate: CertId<'a>,
}

#[derive(der::Sequence)]
struct Requests<'a> {
    list: Vec<Request<'a>>,
}

#[derive(der::Sequence)]
struct Asked<'a> {
    requests: Requests<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq, der::Enumerated)]
#[repr(u8)]
enum Outcome {
    Successful = 0,
    Malformed = 1,
    Internal = 2,
    TryLater = 3,
    SignatureNeeded = 5,
    Unauthorised = 6,
}

#[derive(der::Sequence)]
struct Response<'a> {
    outcome: Outcome,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    content: Option<Content<'a>>,
}

#[derive(der::Sequence)]
struct Content<'a> {
    kind: ObjectIdentifier,
    bytes: &'a OctetStringRef,
}

#[derive(der::Sequence)]
struct Basic<'a> {
    content: AnyRef<'a>,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitStringRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    certificates: Option<Vec<AnyRef<'a>>>,
}

#[derive(der::Sequence)]
struct Told<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    version: Option<u8>,
    responder: AnyRef<'a>,
    produced: GeneralizedTime,
    answers: Vec<Single<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<AnyRef<'a>>,
}

#[derive(der::Sequence)]
struct Single<'a> {
    certificate: CertId<'a>,
    state: AnyRef<'a>,
    made: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    next: Option<GeneralizedTime>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<AnyRef<'a>>,
}

fn id<'a>(certificate: &Certificate, issuer: &Certificate) -> Option<CertId<'a>> {
    let digest = |bytes: &[u8]| OctetString::new(sha1::Sha1::digest(bytes).to_vec()).ok();
    Some(CertId {
        hashing: Hashing { oid: SHA1, parameters: Some(AnyRef::NULL) },
        issuer_name: digest(&issuer.raw_subject().to_der().ok()?)?,
        issuer_key: digest(issuer.raw_key())?,
        serial: SerialNumber::new(certificate.serial_bytes()).ok()?,
    })
}

/// The question about a certificate of that authority, as it is posted (`application/ocsp-request`).
pub fn question(certificate: &Certificate, issuer: &Certificate) -> Option<Vec<u8>> {
    let request = Request { certificate: id(certificate, issuer)? };
    Asked { requests: Requests { list: vec![request] } }.to_der().ok()
}

/// What an authority answered.
#[derive(Clone)]
pub struct StatusAnswer {
    der: Vec<u8>,
}

impl std::fmt::Debug for StatusAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatusAnswer").finish_non_exhaustive()
    }
}

/// What an answer says of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// When it was so.
    pub made: i64,
    /// When there will be news.
    pub next: Option<i64>,
    /// Since when it is revoked, and why.
    pub revoked: Option<(i64, Reason)>,
}

impl StatusAnswer {
    /// Reads an answer. None where it is damaged, something follows it, or the authority did not answer the question.
    pub fn read(der: &[u8]) -> Option<Self> {
        let answer = StatusAnswer { der: der.to_vec() };
        answer.told().map(drop)?;
        Some(answer)
    }

    /// Its bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    fn told(&self) -> Option<(Basic<'_>, Told<'_>)> {
        if self.der.len() > MAX_ANSWER {
            return None;
        }
        let response = Response::from_der(&self.der).ok()?;
        let content = response.content.filter(|it| response.outcome == Outcome::Successful && it.kind == BASIC)?;
        let basic = Basic::from_der(content.bytes.as_bytes()).ok()?;
        let told = basic.content.decode_as::<Told<'_>>().ok()?;
        Some((basic, told))
    }

    /// What it says of the certificate, where its authority, or whom that authority lets answer, signed it. None where it does not, and where
    /// the authority does not know the certificate.
    pub fn of(&self, certificate: &Certificate, issuer: &Certificate, at: i64) -> Option<Status> {
        let (basic, told) = self.told()?;
        let wanted = id(certificate, issuer)?;
        let single = told.answers.iter().find(|single| {
            let of = &single.certificate;
            of.hashing.oid == SHA1
                && of.serial == wanted.serial
                && of.issuer_name == wanted.issuer_name
                && of.issuer_key == wanted.issuer_key
        })?;
        let made = seconds(&single.made);
        let revoked = state(single.state)?;
        let signed = Signed { content: basic.content, algorithm: basic.algorithm, signature: basic.signature };
        let by_issuer = || signature::verify_signed(&signed, issuer.key()) == Verdict::Good;
        let delegated = || {
            let given = basic.certificates.iter().flatten().take(4);
            given.filter_map(|any| Certificate::read(&any.to_der().ok()?)).any(|own| {
                own.may_answer()
                    && (own.valid_from()..=own.valid_until()).contains(&at)
                    && own.is_signed_by(issuer)
                    && signature::verify_signed(&signed, own.key()) == Verdict::Good
            })
        };
        (made <= at + AHEAD && (by_issuer() || delegated())).then(|| Status {
            made,
            next: single.next.as_ref().map(seconds),
            revoked,
        })
    }
}

/// Whether, since when and why; none for `unknown` (RFC 6960 §4.2.1).
fn state(any: AnyRef<'_>) -> Option<Option<(i64, Reason)>> {
    match any.header().tag() {
        Tag::ContextSpecific { constructed: false, number: TagNumber(0) } => Some(None),
        Tag::ContextSpecific { constructed: true, number: TagNumber(1) } => {
            let mut reader = der::SliceReader::new(any.value()).ok()?;
            let since = GeneralizedTime::decode(&mut reader).ok()?;
            let reason = ContextSpecific::<CrlReason>::decode_explicit(&mut reader, TagNumber(0)).ok()?;
            let reason = reason.map_or(CrlReason::Unspecified, |reason| reason.value);
            reader.is_finished().then(|| Some((seconds(&since), Reason::of(reason))))
        }
        _ => None,
    }
}

fn seconds(time: &GeneralizedTime) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}
