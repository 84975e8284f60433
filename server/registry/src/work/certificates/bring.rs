//! Certificates that there are already come in from their files, many at a time (R119, R134): an archive or a folder. Each is matched by what its
//! subject says, a citizen number, a code, an agency code, a unit's name; and each is told of in words. One that cannot be taken hinders no
//! other.

use std::io::{Cursor, Read as _};

use contract::certificate::FileWrong;
use contract::{Failure, Fault, Faults};
use model::certificate::SubscriberKind;
use model::role::Action;
use model::text::{clean, fold};
use model::unit_code::UnitCode;
use x509::{Attribute, Bundle, Certificate, Finding, Kind, Scheme, Zeroizing};
use zip::ZipArchive;
use zip::result::ZipError;

use super::record::{self, Whose};
use super::{About, Trust};
use crate::store::certificate;
use crate::store::{person, unit};
use crate::{Actor, Conn, Store, Tx};

/// Files at a time.
pub const FILES: usize = 10_000;
/// Most bytes of an archive.
pub const ARCHIVE_BYTES: usize = 64 << 20;
/// Most bytes of all its files together.
const UNPACKED_BYTES: usize = 256 << 20;
/// Files in a transaction.
const BATCH: usize = 200;
const NAME_CHARS: usize = 120;

/// Why an archive is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveFault {
    /// It is none, or damaged.
    Unreadable,
    /// Nothing is in it.
    Empty,
    /// More files than are taken at a time.
    TooMany,
    /// Its files are larger than is read.
    TooLarge,
}

/// A file of an archive or folder: its name, and its bytes unless they are behind a password.
pub type File = (String, Result<Zeroizing<Vec<u8>>, FileWrong>);

/// A file that was read.
pub type Read = (String, Result<Bundle, FileWrong>);

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOutcome {
    /// Recorded; whether somebody keeps it. Of a unit's the file does not tell who.
    Recorded {
        /// Whether it is in use.
        in_use: bool,
    },
    /// A record of which a table had told has its file now.
    Completed,
    /// Recorded before, and left as it is.
    Held,
    /// Not taken.
    Wrong(FileWrong),
}

/// What is told of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileTold {
    /// Its name.
    pub file: String,
    /// Whom the certificate names, where it could be read.
    pub subject: String,
    /// What became of it, or would.
    pub outcome: FileOutcome,
    /// What else speaks against it.
    pub findings: Vec<Finding>,
}

/// Takes an archive apart. What it says of sizes is not believed.
///
/// # Errors
/// [`ArchiveFault`]
pub fn unpack(bytes: &[u8]) -> Result<Vec<File>, ArchiveFault> {
    if bytes.len() > ARCHIVE_BYTES {
        return Err(ArchiveFault::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ArchiveFault::Unreadable)?;
    let mut files = Vec::new();
    let mut room = UNPACKED_BYTES;
    for at in 0..archive.len() {
        let named = archive.name_for_index(at).map(shown).unwrap_or_default();
        let part = match archive.by_index(at) {
            Ok(part) => part,
            Err(ZipError::UnsupportedArchive(_)) => {
                files.push((named, Err(FileWrong::Locked)));
                continue;
            }
            Err(_) => return Err(ArchiveFault::Unreadable),
        };
        let name = part.name().to_owned();
        if !part.is_file() || is_left_out(&name) {
            continue;
        }
        if files.len() >= FILES {
            return Err(ArchiveFault::TooMany);
        }
        let mut content = Zeroizing::new(Vec::new());
        // a little more than is taken: what is too long is told as such
        let most = (x509::MAX_FILE + 1).min(room + 1);
        let read = part.take(most as u64).read_to_end(&mut content);
        if content.len() > room {
            return Err(ArchiveFault::TooLarge);
        }
        room -= content.len();
        files.push((shown(&name), if read.is_ok() { Ok(content) } else { Err(FileWrong::Damaged) }));
    }
    if files.is_empty() { Err(ArchiveFault::Empty) } else { Ok(files) }
}

/// What systems put into archives and folders of their own.
pub fn is_left_out(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    file.is_empty()
        || file.starts_with('.')
        || name.starts_with("__MACOSX/")
        || file.eq_ignore_ascii_case("thumbs.db")
        || file.eq_ignore_ascii_case("desktop.ini")
}

/// A file's name as it is told.
pub fn shown(name: &str) -> String {
    clean(name).chars().take(NAME_CHARS).collect()
}

/// Reads files. Takes a while for many and asks nobody: run it where waiting does no harm.
pub fn read_files(files: Vec<File>) -> Vec<Read> {
    let wrong = |failure| match failure {
        Failure::Invalid { faults } => faults.into_iter().find_map(|of| match of.fault {
            Fault::Certificate { why } => Some(why),
            _ => None,
        }),
        _ => None,
    };
    let one = |bytes| record::read(bytes).map_err(|failure| wrong(failure).unwrap_or(FileWrong::Other));
    files.into_iter().map(|(name, bytes)| (name, bytes.and_then(one))).collect()
}

/// Records the certificates of files, or only tells what would become of them; in the files' order.
///
/// # Errors
/// [`Failure::Forbidden`]; what the database says. What was recorded before it stays.
pub async fn bring(
    (store, at_ms): (&Store, i64),
    actor: &Actor,
    trust: &Trust,
    files: Vec<Read>,
    only_look: bool,
) -> Result<Vec<FileTold>, Failure> {
    let mut all = Vec::with_capacity(files.len());
    let mut files = files.into_iter();
    loop {
        let some: Vec<Read> = files.by_ref().take(BATCH).collect();
        if some.is_empty() {
            return Ok(all);
        }
        if only_look {
            actor.require_somewhere(Action::KeepCertificates, at_ms)?;
            let mut conn = store.read().await?;
            for (name, read) in some {
                all.push(looked(&mut conn, actor, trust, (name, &read), at_ms).await?.0);
            }
            continue;
        }
        let (who, trust) = (actor.clone(), trust.clone());
        let told = store.write(at_ms, move |tx| {
            Box::pin(async move {
                who.require_somewhere(Action::KeepCertificates, tx.at_ms())?;
                let mut told = Vec::with_capacity(some.len());
                for (name, read) in some {
                    told.push(take(tx, &who, &trust, (name, &read)).await?);
                }
                Ok::<_, Failure>(told)
            })
        });
        all.extend(told.await?);
    }
}

async fn take(
    tx: &mut Tx,
    actor: &Actor,
    trust: &Trust,
    (name, read): (String, &Result<Bundle, FileWrong>),
) -> Result<FileTold, Failure> {
    let at_ms = tx.at_ms();
    let (mut told, whose) = looked(tx.conn(), actor, trust, (name, read), at_ms).await?;
    let certificate = read.as_ref().ok().and_then(|bundle| bundle.subscriber().ok());
    if let (Some(whose), Some(certificate)) = (whose, certificate)
        && matches!(told.outcome, FileOutcome::Recorded { .. } | FileOutcome::Completed)
    {
        match record::put(tx, actor, (whose, certificate), &told.findings, Faults::default()).await {
            Ok(_) => {}
            Err(Failure::Invalid { faults }) => {
                let why = faults.into_iter().find_map(|of| match of.fault {
                    Fault::Certificate { why } => Some(why),
                    _ => None,
                });
                told.outcome = FileOutcome::Wrong(why.ok_or(Failure::Internal)?);
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(told)
}

/// What would become of a file, and whose it is.
async fn looked(
    conn: &mut Conn,
    actor: &Actor,
    trust: &Trust,
    (file, read): (String, &Result<Bundle, FileWrong>),
    at_ms: i64,
) -> Result<(FileTold, Option<Whose>), Failure> {
    let mut told = FileTold { file, subject: String::new(), outcome: FileOutcome::Held, findings: Vec::new() };
    let wrong = |mut told: FileTold, why| {
        told.outcome = FileOutcome::Wrong(why);
        Ok((told, None))
    };
    let bundle = match read {
        Ok(bundle) => bundle,
        Err(why) => return wrong(told, *why),
    };
    let certificate = bundle.subscriber().map_err(|_| Failure::Internal)?;
    told.subject = certificate.subject().title().to_owned();
    if certificate::is_held(conn, &certificate.fingerprint()).await? {
        return Ok((told, None));
    }
    let whose = match whose(conn, actor, certificate).await? {
        Ok(whose) => whose,
        Err(why) => return wrong(told, why),
    };
    let about = About::of(conn, whose.kind, whose.unit_id, whose.subject.as_ref().map(|of| of.id)).await?;
    told.findings = about.judge(trust, certificate, (&bundle.certificates, &[]), at_ms);
    if let Some(why) = told.findings.iter().find_map(record::refused) {
        return wrong(told, why);
    }
    let person_id = whose.subject.as_ref().map(|of| of.id);
    told.outcome = match record::told_of(conn, (&certificate.serial(), certificate.issuer().title())).await? {
        Some(of) if record::is_of(&of, whose.kind.name(), whose.unit_id, person_id) => FileOutcome::Completed,
        Some(_) => return wrong(told, FileWrong::OtherHolder),
        None => FileOutcome::Recorded { in_use: whose.handed_over },
    };
    Ok((told, Some(whose)))
}

/// The person or unit whom a certificate names, if the actor keeps their certificates. Whose is a person's is theirs already; who keeps a
/// unit's, nobody has said.
async fn whose(conn: &mut Conn, actor: &Actor, certificate: &Certificate) -> Result<Result<Whose, FileWrong>, Failure> {
    let subject = certificate.subject();
    let numbers = subject.identifiers();
    let plain = || [Attribute::UserId, Attribute::SerialNumber].into_iter().flat_map(|of| subject.all(of));
    let citizens = numbers.iter().filter(|of| of.scheme == Scheme::Citizen).map(|of| of.value.clone());
    let mut people = Vec::new();
    for code in citizens.chain(plain().map(str::to_uppercase)) {
        people.extend(person::ids_by_code(conn, &code).await?);
    }
    people.sort_unstable();
    people.dedup();
    match people.as_slice() {
        [] => {}
        [id] => {
            let found = person::by_id(conn, *id).await?.filter(|person| person.erased_at.is_none());
            let Some(person) = found else { return Ok(Err(FileWrong::Nobody)) };
            let unit_id = person.unit_id;
            let path = unit::by_id(conn, unit_id).await?.map(|unit| unit.path).unwrap_or_default();
            if !actor.may(Action::KeepCertificates, &path) {
                return Ok(Err(FileWrong::Nobody));
            }
            let (kind, keeper) = (SubscriberKind::Person, Some(person.id));
            let whose = Whose { kind, unit_id, subject: Some(person), keeper, token: None, handed_over: true };
            return Ok(Ok(whose));
        }
        _ => return Ok(Err(FileWrong::SeveralMeant)),
    }
    let kind = match certificate.kind() {
        Kind::Device => SubscriberKind::Device,
        Kind::Organisation => SubscriberKind::Organisation,
        // a person who is not held
        Kind::Person | Kind::Authority => return Ok(Err(FileWrong::Nobody)),
    };
    let agencies = numbers.iter().filter(|of| of.scheme == Scheme::Agency).map(|of| of.value.as_str());
    for code in agencies.chain(plain()).filter_map(|code| UnitCode::from_any(code).ok()) {
        if let Some(unit) = unit::by_code(conn, code.as_str()).await?
            && actor.may(Action::KeepCertificates, &unit.path)
            && unit.closed_on.is_none()
        {
            return Ok(Ok(of_unit(kind, unit.id)));
        }
    }
    // a machine is named by its own name, beside which stands whose it is
    let names: &[Attribute] = match kind {
        SubscriberKind::Device => &[Attribute::Unit, Attribute::Organisation],
        _ => &[Attribute::CommonName, Attribute::Unit],
    };
    for name in names.iter().flat_map(|of| subject.all(*of)) {
        let mut named = unit::named(conn, &fold(name)).await?;
        named.retain(|unit| actor.may(Action::KeepCertificates, &unit.path));
        match named.as_slice() {
            [] => {}
            [unit] => return Ok(Ok(of_unit(kind, unit.id))),
            _ => return Ok(Err(FileWrong::SeveralMeant)),
        }
    }
    Ok(Err(FileWrong::Nobody))
}

fn of_unit(kind: SubscriberKind, unit_id: i64) -> Whose {
    Whose { kind, unit_id, subject: None, keeper: None, token: None, handed_over: false }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_is_taken_apart_but_for_what_systems_put_in() {
        let bytes =
            archive(&[("a/An.cer", b"x"), ("__MACOSX/._An.cer", b"x"), (".DS_Store", b"x"), ("Thumbs.db", b"x")]);
        let files = unpack(&bytes).unwrap();
        assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a/An.cer"]);
        assert_eq!(unpack(b"nothing").err(), Some(ArchiveFault::Unreadable));
        assert_eq!(unpack(&archive(&[])).err(), Some(ArchiveFault::Empty));
        assert_eq!(unpack(&bytes[..bytes.len() / 2]).err(), Some(ArchiveFault::Unreadable));
    }

    #[test]
    fn a_file_that_unfolds_is_cut_off_and_many_of_them_end_it() {
        let zeros = vec![0; x509::MAX_FILE * 3];
        let bomb = unpack(&archive(&[("one.cer", &zeros)])).unwrap();
        assert_eq!(bomb[0].1.as_ref().unwrap().len(), x509::MAX_FILE + 1);
        let told = read_files(bomb);
        assert_eq!(told[0].1.as_ref().err(), Some(&FileWrong::TooLong));
        let names: Vec<String> = (0..UNPACKED_BYTES / x509::MAX_FILE + 1).map(|nth| format!("{nth}.cer")).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), zeros.as_slice())).collect();
        let many = archive(&many);
        assert!(many.len() < ARCHIVE_BYTES);
        assert_eq!(unpack(&many).err(), Some(ArchiveFault::TooLarge));
    }
}
