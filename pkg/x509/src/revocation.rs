//! Revocation lists (RFC 5280 §5).

use der::Decode as _;
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::CrlReason;

use crate::Certificate;
use crate::certificate::{same_name, seconds};
use crate::name::Name;
use crate::signature::{self, Verdict};

/// Why a certificate was revoked, as its authority says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Not said.
    Unspecified,
    /// The secret key is known to somebody else.
    KeyCompromise,
    /// The subject's data changed.
    AffiliationChanged,
    /// Another one took its place.
    Superseded,
    /// The subject is no more.
    Cessation,
    /// Held for a while.
    Hold,
    /// Another one.
    Other,
}

impl Reason {
    pub(crate) fn of(reason: CrlReason) -> Self {
        match reason {
            CrlReason::Unspecified => Reason::Unspecified,
            CrlReason::KeyCompromise => Reason::KeyCompromise,
            CrlReason::AffiliationChanged => Reason::AffiliationChanged,
            CrlReason::Superseded => Reason::Superseded,
            CrlReason::CessationOfOperation => Reason::Cessation,
            CrlReason::CertificateHold => Reason::Hold,
            _ => Reason::Other,
        }
    }
}

/// A revocation list.
#[derive(Clone)]
pub struct RevocationList {
    der: Vec<u8>,
    parsed: CertificateList,
}

impl std::fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RevocationList").field("entries", &self.len()).finish_non_exhaustive()
    }
}

impl RevocationList {
    /// Reads DER; none where it is damaged or something follows it.
    pub fn read(der: &[u8]) -> Option<Self> {
        let parsed = CertificateList::from_der(der).ok()?;
        (parsed.tbs_cert_list.signature == parsed.signature_algorithm).then(|| Self { der: der.to_vec(), parsed })
    }

    /// Its bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Who made it.
    pub fn issuer(&self) -> Name {
        Name::of(&self.parsed.tbs_cert_list.issuer)
    }

    /// When it was made.
    pub fn made(&self) -> i64 {
        seconds(self.parsed.tbs_cert_list.this_update)
    }

    /// When the next one comes.
    pub fn next(&self) -> Option<i64> {
        self.parsed.tbs_cert_list.next_update.map(seconds)
    }

    /// How many certificates it names.
    pub fn len(&self) -> usize {
        self.parsed.tbs_cert_list.revoked_certificates.as_ref().map_or(0, Vec::len)
    }

    /// Whether it names none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the certificate's authority made it, and it covers all certificates.
    pub fn speaks_of(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        same_name(&self.parsed.tbs_cert_list.issuer, certificate.raw_issuer()) && self.is_of(issuer)
    }

    /// Whether that authority made it, and it covers all its certificates: lists of changes alone, of some reasons, or for others cannot
    /// tell that one is not revoked.
    pub fn is_of(&self, issuer: &Certificate) -> bool {
        // 2.5.29.27 changes, 2.5.29.28 scope
        const PARTIAL: [&str; 2] = ["2.5.29.27", "2.5.29.28"];
        let list = &self.parsed.tbs_cert_list;
        let partial = list.crl_extensions.iter().flatten().any(|extension| {
            let oid = extension.extn_id.to_string();
            PARTIAL.contains(&oid.as_str())
                || (extension.critical && !["2.5.29.20", "2.5.29.35"].contains(&oid.as_str()))
        });
        !partial
            && same_name(&list.issuer, issuer.raw_subject())
            && issuer.may_sign_lists()
            && signature::verify(&self.der, issuer.key()) == Verdict::Good
    }

    /// The serial numbers of those that it names, as [`Certificate::serial`] has them.
    pub fn serials(&self) -> impl Iterator<Item = String> + '_ {
        let entries = self.parsed.tbs_cert_list.revoked_certificates.iter().flatten();
        entries.map(|entry| crate::certificate::digits(entry.serial_number.as_bytes()))
    }

    /// Since when, and why, a certificate of its authority is revoked.
    pub fn entry(&self, certificate: &Certificate) -> Option<(i64, Reason)> {
        let entries = self.parsed.tbs_cert_list.revoked_certificates.as_ref()?;
        let entry = entries.iter().find(|entry| entry.serial_number.as_bytes() == certificate.serial_bytes())?;
        let extensions = entry.crl_entry_extensions.iter().flatten();
        let reason = extensions
            .filter(|extension| extension.extn_id.to_string() == "2.5.29.21")
            .find_map(|extension| CrlReason::from_der(extension.extn_value.as_bytes()).ok());
        // listed so that lists of changes take it off again
        if reason == Some(CrlReason::RemoveFromCRL) {
            return None;
        }
        let reason = reason.map_or(Reason::Unspecified, Reason::of);
        Some((seconds(entry.revocation_date), reason))
    }
}
