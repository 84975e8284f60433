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
use crate::store::certificate::{self, Certificate, NewCertificate};
use crate::store::{Record, person};
use crate::work::show_unit::unit_meant;
use crate::{Actor, Conn, StoreError, Tx, date};

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
    faults: Faults,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let certificate = bundle.subscriber().map_err(|_| Failure::Internal)?;
    let Whose { kind, unit_id, subject, keeper, token, handed_over } = whose;
    let about = About::of(tx.conn(), kind, unit_id, subject.as_ref().map(|person| person.id)).await?;
    let findings = about.judge(trust, certificate, (&bundle.certificates, &[]), at_ms);
    let whose = Whose { kind, unit_id, subject, keeper, token, handed_over };
    put(tx, actor, (whose, certificate), &findings, faults).await
}

/// Writes a certificate that was judged.
pub(super) async fn put(
    tx: &mut Tx,
    actor: &Actor,
    (whose, certificate): (Whose, &x509::Certificate),
    findings: &[Finding],
    mut faults: Faults,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let Whose { kind, unit_id, subject, keeper, token, handed_over } = whose;
    let state = if handed_over { State::Received.after(CertificateEvent::HandOver) } else { Ok(State::Received) };
    let state = state.map_err(|_| Failure::Internal)?;
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
    let today = date::iso_day(at_ms);
    let new = NewCertificate {
        kind: kind.name(),
        serial: &serial,
        subject: &title,
        subject_folded: &fold(&title),
        issuer: certificate.issuer().title(),
        algorithm: &algorithm,
        fingerprint: &fingerprint,
        der: Some(certificate.der()),
        valid_from: milliseconds(certificate.valid_from()),
        valid_until: milliseconds(certificate.valid_until()).saturating_add(999),
        unit_id,
        person_id: subject.as_ref().map(|person| person.id),
        holder_id: keeper,
        token_id: token.as_ref().map(|token| token.id),
        state: state.name(),
        in_use_since: handed_over.then_some(today.as_str()),
    };
    if let Some(told) = told_of(tx.conn(), (new.serial, new.issuer)).await? {
        return complete(tx, actor, &told, &new).await;
    }
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

/// The record of which a table has told and whose file this is.
pub(super) async fn told_of(
    conn: &mut Conn,
    (serial, issuer): (&str, &str),
) -> Result<Option<Certificate>, StoreError> {
    let mut told = certificate::without_file(conn, serial).await?;
    told.retain(|of| of.issuer.is_empty() || fold(&of.issuer) == fold(issuer));
    Ok(told.into_iter().next())
}

/// Whether a record is that subscriber's; whoever has moved since is still the same person.
pub(super) fn is_of(told: &Certificate, kind: &str, unit_id: i64, person_id: Option<i64>) -> bool {
    told.kind == kind && told.person_id == person_id && (person_id.is_some() || told.unit_id == unit_id)
}

/// The file completes what a table told, if both say whose it is alike.
async fn complete(tx: &mut Tx, actor: &Actor, told: &Certificate, new: &NewCertificate<'_>) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    if !is_of(told, new.kind, new.unit_id, new.person_id) {
        return Err(Failure::field("certificate", Fault::Certificate { why: FileWrong::OtherHolder }));
    }
    if !certificate::complete(tx.conn(), (told.id, told.version), new, at_ms).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "certificate.complete",
        object: format!("certificate:{}", told.id),
        facts: serde_json::json!({ "serial": new.serial }),
        personal: None,
    });
    Ok(told.id)
}

/// What speaks against a certificate so much that it is not taken.
pub(super) fn refused(finding: &Finding) -> Option<FileWrong> {
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
