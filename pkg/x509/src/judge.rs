//! What speaks against a certificate.

use crate::expected::Expected;
use crate::revocation::{Reason, RevocationList};
use crate::signature::{self, Verdict};
use crate::status::{Status, StatusAnswer};
use crate::{Algorithm, Certificate, Kind};

/// Something odd. A sentence is made of it; none holds anything personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Its first day is still to come.
    NotYetValid {
        /// When it begins.
        from: i64,
    },
    /// Its last day is over.
    Expired {
        /// When it ended.
        until: i64,
    },
    /// It ends before it begins.
    Reversed,
    /// Its authority has revoked it.
    Revoked {
        /// Since when.
        since: i64,
        /// Why.
        reason: Reason,
    },
    /// No list of its authority is at hand.
    NoList,
    /// The newest list at hand should have been followed by another.
    OldList {
        /// When that was due.
        next: i64,
    },
    /// No root is configured, so nobody vouches for it.
    NoRoots,
    /// The authority that it names is not at hand.
    IssuerUnknown,
    /// The authority that it names did not sign it.
    BadSignature,
    /// It was signed in a way that cannot be verified here.
    UnknownSignature,
    /// It is signed with its own key.
    SelfSigned,
    /// Its chain ends at a root that is not configured.
    UntrustedRoot,
    /// Who signed it may not sign certificates, or not so many in a row.
    NotAnAuthority,
    /// A certificate above it is not valid at the time.
    IssuerOver,
    /// SHA-1 or MD5.
    WeakSignature,
    /// An RSA key with fewer than 2048 bits.
    WeakKey {
        /// How many it has.
        bits: usize,
    },
    /// A key of a kind that is not known here.
    UnknownKey,
    /// Documents may not be signed with it.
    NotForSigning,
    /// It is an authority's own.
    Authority,
    /// It says something critical that is not understood here.
    UnknownCritical {
        /// The extension.
        oid: String,
    },
    /// An extension that cannot be read, or is there twice.
    DamagedExtension,
    /// Another name.
    NameDiffers,
    /// The name, but for its diacritics.
    NameWithoutMarks,
    /// Another citizen number.
    CitizenNumberDiffers,
    /// No citizen number to compare.
    NoCitizenNumber,
    /// Another address of mail.
    EmailDiffers,
    /// A unit that is not the person's.
    UnitDiffers,
}

impl Finding {
    /// Whether it cannot be the certificate that it is taken for: such a file fills no record. The others are told, and noted with it.
    pub fn refuses(&self) -> bool {
        matches!(
            self,
            Finding::Reversed
                | Finding::BadSignature
                | Finding::SelfSigned
                | Finding::NotAnAuthority
                | Finding::NotForSigning
                | Finding::Authority
                | Finding::DamagedExtension
                | Finding::NameDiffers
                | Finding::CitizenNumberDiffers
        )
    }

    /// Name used in the database.
    pub fn name(&self) -> &'static str {
        match self {
            Finding::NotYetValid { .. } => "not_yet_valid",
            Finding::Expired { .. } => "expired",
            Finding::Reversed => "reversed",
            Finding::Revoked { .. } => "revoked",
            Finding::NoList => "no_list",
            Finding::OldList { .. } => "old_list",
            Finding::NoRoots => "no_roots",
            Finding::IssuerUnknown => "issuer_unknown",
            Finding::BadSignature => "bad_signature",
            Finding::UnknownSignature => "unknown_signature",
            Finding::SelfSigned => "self_signed",
            Finding::UntrustedRoot => "untrusted_root",
            Finding::NotAnAuthority => "not_an_authority",
            Finding::IssuerOver => "issuer_over",
            Finding::WeakSignature => "weak_signature",
            Finding::WeakKey { .. } => "weak_key",
            Finding::UnknownKey => "unknown_key",
            Finding::NotForSigning => "not_for_signing",
            Finding::Authority => "authority",
            Finding::UnknownCritical { .. } => "unknown_critical",
            Finding::DamagedExtension => "damaged_extension",
            Finding::NameDiffers => "name_differs",
            Finding::NameWithoutMarks => "name_without_marks",
            Finding::CitizenNumberDiffers => "citizen_number_differs",
            Finding::NoCitizenNumber => "no_citizen_number",
            Finding::EmailDiffers => "email_differs",
            Finding::UnitDiffers => "unit_differs",
        }
    }
}

/// What is asked about a certificate.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The time, in seconds since 1970.
    pub at: i64,
    /// The certificate.
    pub certificate: &'a Certificate,
    /// Authorities' certificates that may stand between it and a root, from the same file or configured.
    pub between: &'a [Certificate],
    /// Roots that are trusted.
    pub roots: &'a [Certificate],
    /// Revocation lists at hand.
    pub lists: &'a [RevocationList],
    /// What its authority answered when it was asked about it.
    pub answers: &'a [StatusAnswer],
    /// Whose it has to be.
    pub expected: Option<Expected<'a>>,
}

/// Certificates in a chain, and verifications that are made to find one: files are written by strangers.
const LONGEST: usize = 8;
const MOST_VERIFICATIONS: usize = 48;

/// Everything that speaks against a certificate, the gravest not first but in the order in which it is looked at.
pub fn judge(question: &Question<'_>) -> Vec<Finding> {
    let certificate = question.certificate;
    let mut findings = Vec::new();
    if certificate.has_damaged_extension() {
        findings.push(Finding::DamagedExtension);
    }
    if certificate.is_authority() {
        findings.push(Finding::Authority);
    }
    if certificate.valid_until() < certificate.valid_from() {
        findings.push(Finding::Reversed);
    } else if question.at < certificate.valid_from() {
        findings.push(Finding::NotYetValid { from: certificate.valid_from() });
    } else if question.at > certificate.valid_until() {
        findings.push(Finding::Expired { until: certificate.valid_until() });
    }
    if !certificate.may_sign_documents() || (certificate.is_for_machines() && certificate.kind() != Kind::Device) {
        findings.push(Finding::NotForSigning);
    }
    if certificate.has_weak_signature() {
        findings.push(Finding::WeakSignature);
    }
    match certificate.algorithm() {
        Algorithm::Rsa(bits) if bits < 2048 => findings.push(Finding::WeakKey { bits }),
        Algorithm::Other => findings.push(Finding::UnknownKey),
        _ => {}
    }
    findings.extend(certificate.unheeded().map(|oid| Finding::UnknownCritical { oid }));
    findings.extend(vouched(question));
    if let Some(expected) = &question.expected {
        findings.extend(expected.findings(certificate));
    }
    findings
}

/// Findings about who vouches for it, and whether it was revoked.
fn vouched(question: &Question<'_>) -> Vec<Finding> {
    let mut left = MOST_VERIFICATIONS;
    let mut path = vec![question.certificate];
    match climb(question, &mut path, &mut left) {
        Ok(()) => path.get(1).map(|issuer| revoked(question, issuer)).unwrap_or_default(),
        Err(finding) => {
            // the list of an authority at hand tells of a revocation also where nobody vouches for the authority
            let mut known = question.between.iter().chain(question.roots);
            let issuer = known.find(|issuer| question.certificate.is_signed_by(issuer));
            let mut findings = vec![finding];
            if let Some(issuer) = issuer {
                findings.extend(revoked(question, issuer));
            }
            findings
        }
    }
}

fn revoked(question: &Question<'_>, issuer: &Certificate) -> Vec<Finding> {
    let (certificate, at) = (question.certificate, question.at);
    let listed = question.lists.iter().filter(|list| list.speaks_of(certificate, issuer)).map(|list| Status {
        made: list.made(),
        next: list.next(),
        revoked: list.entry(certificate),
    });
    let answered = question.answers.iter().filter_map(|answer| answer.of(certificate, issuer, at));
    let Some(newest) = listed.chain(answered).max_by_key(|status| status.made) else { return vec![Finding::NoList] };
    match newest {
        Status { revoked: Some((since, reason)), .. } => vec![Finding::Revoked { since, reason }],
        Status { next: Some(next), .. } if next < at => vec![Finding::OldList { next }],
        _ => Vec::new(),
    }
}

/// Extends a path, whose last certificate is still to be vouched for, up to a root.
fn climb<'a>(question: &Question<'a>, path: &mut Vec<&'a Certificate>, left: &mut usize) -> Result<(), Finding> {
    let Some(last) = path.last().copied() else { return Err(Finding::IssuerUnknown) };
    if question.roots.contains(last) {
        return Ok(());
    }
    if last.is_self_issued() && signature::verify(last.der(), last.key()) == Verdict::Good {
        let alone = path.len() == 1;
        return Err(match (alone, question.roots.is_empty()) {
            (true, _) => Finding::SelfSigned,
            (false, true) => Finding::NoRoots,
            (false, false) => Finding::UntrustedRoot,
        });
    }
    let mut worst = if question.roots.is_empty() { Finding::NoRoots } else { Finding::IssuerUnknown };
    for issuer in question.roots.iter().chain(question.between) {
        if path.len() == LONGEST || *left == 0 || path.contains(&issuer) || !last.may_come_from(issuer) {
            continue;
        }
        *left -= 1;
        match signature::verify(last.der(), issuer.key()) {
            // an authority of that name may have had another key before
            Verdict::Bad if last.names_key_of(issuer) => worst = graver(worst, Finding::BadSignature),
            Verdict::Bad => {}
            Verdict::Unknown => worst = graver(worst, Finding::UnknownSignature),
            Verdict::Good if !may_vouch(issuer, path.len() - 1) => worst = graver(worst, Finding::NotAnAuthority),
            Verdict::Good if !(issuer.valid_from()..=issuer.valid_until()).contains(&question.at) => {
                worst = graver(worst, Finding::IssuerOver);
            }
            Verdict::Good => {
                path.push(issuer);
                match climb(question, path, left) {
                    Ok(()) => return Ok(()),
                    Err(finding) => worst = graver(worst, finding),
                }
                path.pop();
            }
        }
    }
    Err(worst)
}

/// Whether a certificate may stand above so many others of authorities (RFC 5280 §6.1.4).
fn may_vouch(issuer: &Certificate, below: usize) -> bool {
    issuer.is_authority()
        && issuer.may_sign_certificates()
        && !issuer.has_damaged_extension()
        && issuer.unheeded().is_none()
        && issuer.longest_path().is_none_or(|longest| below <= longest)
}

/// Of two reasons why nobody vouches, the one that tells more.
fn graver(one: Finding, other: Finding) -> Finding {
    let rank = |finding: &Finding| match finding {
        Finding::NoRoots | Finding::IssuerUnknown => 0,
        Finding::UnknownSignature => 1,
        Finding::BadSignature => 2,
        Finding::UntrustedRoot => 3,
        Finding::NotAnAuthority => 4,
        _ => 5,
    };
    if rank(&other) >= rank(&one) { other } else { one }
}
