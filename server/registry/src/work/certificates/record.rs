//! A certificate is recorded from its file (R119, R154, R155): the file tells serial number, names and days; who records it says whose
//! it is, and the two have to agree. Nothing of a file that is refused is kept.

use contract::certificate::FileWrong;
use contract::{Failure, Fault, Faults};
use model::certificate::SubscriberKind;
use model::lifecycle::{Certificate as State, CertificateEvent, Lifecycle as _, Token, TokenEvent};
use model::role::Action;
use model::text::fold;
use x509::{Bundle, Finding, NotOne, Refused, Zeroizing};

use super::{About, Trust, person_meant, tokens};
use crate::store::certificate::{self, NewCertificate};
use crate::store::{Record, person};
use crate::work::show_unit::unit_meant;
use crate::{Actor, StoreError, Tx};

/// What is said of a certificate besides its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordForm {
    /// Kind by name.
    pub kind: String,
    /// A code of the person whose it is.
    pub person_code: String,
    /// Agency code or name of the unit whose it is.
    pub unit_code: String,
    /// A code of the person who keeps it; of a person's certificate empty for themselves.
    pub keeper_code: String,
    /// Serial of the token that holds the key; may be empty.
    pub token_serial: String,
    /// Its keeper has it already.
    pub handed_over: bool,
}

/// Looks at a file before anything is written; the bytes are wiped.
///
/// # Errors
/// A fault beside `certificate`.
pub fn read(bytes: Zeroizing<Vec<u8>>) -> Result<Bundle, Failure> {
    let wrong = |why| Failure::field("certificate", Fault::Certificate { why });
    let bundle = x509::read(bytes).map_err(|refused| match refused {
        Refused::SecretKey(wrapping) => wrong(FileWrong::SecretKey { password: wrapping.has_password() }),
        Refused::Empty => Failure::field("certificate", Fault::Missing),
        Refused::TooLong { .. } => wrong(FileWrong::TooLong),
        Refused::Request => wrong(FileWrong::Request),
        Refused::PublicKey => wrong(FileWrong::PublicKey),
        Refused::Damaged => wrong(FileWrong::Damaged),
        Refused::Other => wrong(FileWrong::Other),
        Refused::TooMany => wrong(FileWrong::TooMany),
    })?;
    match bundle.subscriber() {
        Ok(_) => Ok(bundle),
        Err(NotOne::Authorities) => Err(wrong(FileWrong::Authorities)),
        Err(NotOne::Several(count)) => Err(wrong(FileWrong::Several { count })),
        Err(NotOne::None) => Err(wrong(FileWrong::Other)),
    }
}

/// Records the certificate of a file that was read; its id.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `certificate`, `kind`, `personnel_code`, `unit_code`, `keeper_code`, `token_serial`.
pub async fn record_certificate(
    tx: &mut Tx,
    actor: &Actor,
    trust: &Trust,
    form: &RecordForm,
    bundle: &Bundle,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepCertificates, at_ms)?;
    let mut faults = Faults::default();
    let kind = faults.take("kind", SubscriberKind::from_name(&form.kind).ok_or(Fault::Choice));
    let mut subject: Option<person::Person> = None;
    let mut unit_id = None;
    match kind {
        Some(SubscriberKind::Person) => {
            subject = faults.take("personnel_code", person_meant(tx.conn(), actor, &form.person_code).await?);
            unit_id = subject.as_ref().map(|person| person.unit_id);
        }
        Some(SubscriberKind::Organisation | SubscriberKind::Device) => {
            let meant = unit_meant(tx.conn(), actor, Action::KeepCertificates, &form.unit_code).await?;
            let meant = meant.and_then(|unit| match actor.may(Action::KeepCertificates, &unit.path) {
                true => Ok(unit.id),
                false => Err(Fault::Unknown),
            });
            unit_id = faults.take("unit_code", meant);
        }
        None => {}
    }
    let keeper = match (form.keeper_code.trim(), &subject) {
        ("", Some(person)) => Some(person.id),
        ("", None) if form.handed_over => {
            faults.add("keeper_code", Fault::Missing);
            None
        }
        ("", None) => None,
        (code, _) => faults.take("keeper_code", person_meant(tx.conn(), actor, code).await?).map(|person| person.id),
    };
    let token = match form.token_serial.trim() {
        "" => None,
        serial => faults.take("token_serial", tokens::meant(tx.conn(), actor, serial).await?),
    };
    let (Some(kind), Some(unit_id)) = (kind, unit_id) else {
        faults.check()?;
        return Err(Failure::Internal);
    };
    let whose = Whose { kind, unit_id, subject, keeper, token, handed_over: form.handed_over };
    fill(tx, actor, trust, (whose, bundle), faults).await
}

/// Whose a certificate is, who keeps it, and on what.
pub(super) struct Whose {
    pub(super) kind: SubscriberKind,
    pub(super) unit_id: i64,
    pub(super) subject: Option<person::Person>,
    pub(super) keeper: Option<i64>,
    pub(super) token: Option<certificate::Token>,
    pub(super) handed_over: bool,
}

/// Records the certificate of a file once it is known whose it is, if nothing is wrong; its id.
pub(super) async fn fill(
    tx: &mut Tx,
    actor: &Actor,
    trust: &Trust,
    (whose, bundle): (Whose, &Bundle),
    mut faults: Faults,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let certificate = bundle.subscriber().map_err(|_| Failure::Internal)?;
    let Whose { kind, unit_id, subject, keeper, token, handed_over } = whose;
    let state = if handed_over { State::Received.after(CertificateEvent::HandOver) } else { Ok(State::Received) };
    let state = state.map_err(|_| Failure::Internal)?;
    let about = About::of(tx.conn(), kind, unit_id, subject.as_ref().map(|person| person.id)).await?;
    let findings = about.judge(trust, certificate, &bundle.certificates, at_ms);
    if let Some(why) = findings.iter().find_map(refused) {
        faults.add("certificate", Fault::Certificate { why });
    }
    let fingerprint = certificate.fingerprint();
    if certificate::is_held(tx.conn(), &fingerprint).await? {
        faults.add("certificate", Fault::Certificate { why: FileWrong::Held });
    }
    faults.check()?;
    let (serial, title, algorithm) =
        (certificate.serial(), certificate.subject().title().to_owned(), certificate.algorithm().to_string());
    let milliseconds = |seconds: i64| seconds.saturating_mul(1000);
    let new = NewCertificate {
        kind: kind.name(),
        serial: &serial,
        subject: &title,
        subject_folded: &fold(&title),
        issuer: certificate.issuer().title(),
        algorithm: &algorithm,
        fingerprint: &fingerprint,
        der: certificate.der(),
        valid_from: milliseconds(certificate.valid_from()),
        valid_until: milliseconds(certificate.valid_until()).saturating_add(999),
        unit_id,
        person_id: subject.as_ref().map(|person| person.id),
        holder_id: keeper,
        token_id: token.as_ref().map(|token| token.id),
        state: state.name(),
    };
    let id = match certificate::insert(tx.conn(), &new, at_ms).await {
        // at the same moment somebody else recorded it
        Err(StoreError::Taken(_)) => {
            return Err(Failure::field("certificate", Fault::Certificate { why: FileWrong::Held }));
        }
        other => other?,
    };
    tx.record(Record {
        actor: &actor.reference,
        action: "certificate.record",
        object: format!("certificate:{id}"),
        facts: serde_json::json!({
            "certificate": kind.name(), "serial": serial, "unit": unit_id, "person": new.person_id, "keeper": keeper,
            "token": new.token_id, "certificate_state": state.name(),
        }),
        personal: None,
    });
    if let (Some(token), true, Some(keeper)) = (token, handed_over, keeper)
        && Token::from_name(&token.state) == Some(Token::InStore)
    {
        tokens::step(tx, actor, &token, TokenEvent::HandOver, Some(keeper), None).await?;
    }
    Ok(id)
}

/// What speaks against a certificate so much that it is not taken.
fn refused(finding: &Finding) -> Option<FileWrong> {
    if !finding.refuses() {
        return None;
    }
    Some(match finding {
        Finding::Reversed => FileWrong::Reversed,
        Finding::BadSignature => FileWrong::BadSignature,
        Finding::SelfSigned => FileWrong::SelfSigned,
        Finding::NotAnAuthority => FileWrong::NotAnAuthority,
        Finding::NotForSigning => FileWrong::NotForSigning,
        Finding::Authority => FileWrong::Authorities,
        Finding::NameDiffers => FileWrong::NameDiffers,
        Finding::CitizenNumberDiffers => FileWrong::CitizenNumberDiffers,
        _ => FileWrong::Damaged,
    })
}
