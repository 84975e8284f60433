//! Whom certificates are believed from: the authorities' certificates and revocation lists that the province has put into a folder.

use std::path::Path;

use x509::{Certificate, Expected, Finding, Question, RevocationList, StatusAnswer, Zeroizing, judge};

/// Roots, authorities below them, and revocation lists.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    roots: Vec<Certificate>,
    between: Vec<Certificate>,
    lists: Vec<RevocationList>,
}

impl Trust {
    /// Takes what a file holds; whether it could be read. Who signed itself is a root.
    pub fn take(&mut self, bytes: Vec<u8>) -> bool {
        let Ok(bundle) = x509::read_list(Zeroizing::new(bytes)) else { return false };
        for certificate in bundle.certificates {
            let found = judge(&Question {
                at: certificate.valid_from(),
                certificate: &certificate,
                between: &[],
                roots: &[],
                lists: &[],
                answers: &[],
                expected: None,
            });
            if !certificate.is_authority() {
                continue;
            }
            match found.contains(&Finding::SelfSigned) {
                true => self.roots.push(certificate),
                false => self.between.push(certificate),
            }
        }
        self.lists.extend(bundle.lists);
        true
    }

    /// Takes lists that were fetched.
    pub fn take_lists(&mut self, lists: &[Vec<u8>]) {
        self.lists.extend(lists.iter().filter_map(|der| RevocationList::read(der)));
    }

    /// Authorities at hand.
    pub(super) fn authorities(&self) -> impl Iterator<Item = &Certificate> {
        self.roots.iter().chain(&self.between)
    }

    /// The authority at hand that signed a certificate.
    pub(super) fn issuer_of(&self, certificate: &Certificate) -> Option<&Certificate> {
        self.authorities().find(|authority| certificate.is_signed_by(authority))
    }

    /// Everything in a folder. What cannot be read is logged by its name and left out: a list that is being replaced must not stop the
    /// work.
    pub fn load(folder: &Path) -> Self {
        let mut trust = Trust::default();
        let files = std::fs::read_dir(folder).map(|files| files.filter_map(Result::ok).map(|file| file.path()));
        let mut files: Vec<_> = match files {
            Ok(files) => files.filter(|path| path.is_file()).collect(),
            Err(error) => {
                tracing::warn!(%error, "the folder of certification authorities cannot be read");
                return trust;
            }
        };
        files.sort();
        for path in files {
            if !std::fs::read(&path).is_ok_and(|bytes| trust.take(bytes)) {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                tracing::warn!(file = name, "a file of certification authorities is neither a certificate nor a list");
            }
        }
        trust
    }

    /// What speaks against a certificate; `beside`: others of the same file, and what its authority answered about it.
    pub(super) fn judge(
        &self,
        certificate: &Certificate,
        (beside, answers): (&[Certificate], &[StatusAnswer]),
        expected: Option<Expected<'_>>,
        at_ms: i64,
    ) -> Vec<Finding> {
        let between: Vec<Certificate> = self.between.iter().chain(beside).cloned().collect();
        judge(&Question {
            at: at_ms.div_euclid(1000),
            certificate,
            between: &between,
            roots: &self.roots,
            lists: &self.lists,
            answers,
            expected,
        })
    }
}
