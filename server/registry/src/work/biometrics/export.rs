//! The file for a system: those who consent and are in service, their portraits where the system takes them, and who is to be deleted
//! there (R113). Nothing of it is kept here but who was in it and its SHA-256.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write as _};

use contract::{Failure, Refusal};
use model::biometric::ExportField;
use model::role::Action;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{entitled, seen, to_delete};
use crate::blobs::{BlobHash, Blobs};
use crate::hex::hex;
use crate::store::biometric::{self, Entitled, System};
use crate::store::{Record, person};
use crate::table::{Cell, Format, Head, TableError, Writer};
use crate::{Actor, Conn, Store, Tx};

/// A ZIP file, from its beginning, that was noted and may leave.
#[derive(Debug)]
pub struct Taken {
    /// The file.
    pub file: File,
    /// The system.
    pub system_id: i64,
    /// People in it.
    pub people: usize,
    /// People of whom it says that they are to be deleted there.
    pub withdrawn: usize,
}

/// Why a file could not be made.
#[derive(Debug, thiserror::Error)]
enum ArchiveError {
    #[error("the temporary file of an export cannot be written")]
    File(#[from] io::Error),
    #[error("the archive of an export cannot be written")]
    Archive(#[from] zip::result::ZipError),
    #[error("the list of an export cannot be written")]
    Table(#[from] TableError),
}

impl From<ArchiveError> for Failure {
    /// The boundary at which a fault of ours is logged, once.
    fn from(error: ArchiveError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "an export for an entry system could not be made");
        Failure::Internal
    }
}

/// Who stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    people: Vec<Entitled>,
    withdrawn: Vec<(i64, Option<String>)>,
}

/// Makes the file, and notes it with the ids of everybody in it before it leaves.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Refusal::NobodyConsents`]; [`Failure::Stale`] where somebody
/// answered while it was made.
pub async fn take_export(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    system_id: i64,
    format: Format,
    at_ms: i64,
) -> Result<Taken, Failure> {
    let mut conn = store.snapshot().await?;
    let found = allowed(&mut conn, actor, system_id, at_ms).await?;
    let content = content(&mut conn, &found, at_ms).await?;
    conn.end().await?;
    if content.people.is_empty() && content.withdrawn.is_empty() {
        return Err(Failure::Refused { why: Refusal::NobodyConsents });
    }
    let fields = ExportField::list(&found.fields);
    let (file, sha256) = archive(blobs, &content, &fields, format).await?;
    let (people, withdrawn) = (content.people.len(), content.withdrawn.len());
    let actor = actor.clone();
    store.write(at_ms, move |tx| Box::pin(async move { note(tx, &actor, system_id, &content, &sha256).await })).await?;
    Ok(Taken { file, system_id, people, withdrawn })
}

async fn allowed(conn: &mut Conn, actor: &Actor, id: i64, at_ms: i64) -> Result<System, Failure> {
    let found = seen(conn, actor, id).await?;
    actor.require(Action::ExportBiometrics, &found.path, at_ms)?;
    Ok(found)
}

async fn content(conn: &mut Conn, found: &System, at_ms: i64) -> Result<Content, Failure> {
    let people = entitled(conn, found, at_ms).await?;
    let withdrawn = to_delete(conn, found, &people).await?;
    Ok(Content { people, withdrawn })
}

async fn note(tx: &mut Tx, actor: &Actor, system_id: i64, written: &Content, sha256: &[u8; 32]) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    biometric::hold(tx.conn(), system_id).await?;
    // nobody is erased between this look and the commit
    for of in &written.people {
        person::hold(tx.conn(), of.id).await?;
    }
    let found = allowed(tx.conn(), actor, system_id, at_ms).await?;
    if content(tx.conn(), &found, at_ms).await? != *written {
        return Err(Failure::Stale);
    }
    let people: Vec<i64> = written.people.iter().map(|of| of.id).collect();
    let withdrawn: Vec<i64> = written.withdrawn.iter().map(|(id, _)| *id).collect();
    let export =
        biometric::insert_export(tx.conn(), system_id, (&people, &withdrawn), sha256, actor.account_id, at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "biometric.export",
        object: format!("entry_system:{system_id}"),
        facts: serde_json::json!({
            "number": export, "count": people.len(), "people": people, "withdrawn": withdrawn, "sha256": hex(sha256),
        }),
        personal: None,
    });
    Ok(())
}

/// By what a person is named in the file, and there: the personnel code, or the portal's own number for who has none.
fn reference(code: Option<&str>, id: i64) -> String {
    code.map_or_else(|| format!("P-{id}"), str::to_owned)
}

fn portrait(of: &Entitled) -> Option<(String, BlobHash)> {
    let hash = of.portrait.as_deref().and_then(BlobHash::from_bytes)?;
    Some((format!("portraits/{}.jpg", reference(of.code.as_deref(), of.id)), hash))
}

/// The archive and its SHA-256. Portraits are read one by one while it is written, so that a large unit needs little memory.
async fn archive(
    blobs: &Blobs,
    content: &Content,
    fields: &[ExportField],
    format: Format,
) -> Result<(File, [u8; 32]), Failure> {
    let (send, mut parts) = mpsc::channel::<(String, Vec<u8>)>(2);
    let writing = tokio::task::spawn_blocking(move || -> Result<(File, [u8; 32]), ArchiveError> {
        let mut zip = ZipWriter::new(BufWriter::new(tempfile::tempfile()?));
        while let Some((name, bytes)) = parts.blocking_recv() {
            // a picture does not get smaller
            let picture = name.ends_with(".jpg");
            let method = if picture { CompressionMethod::Stored } else { CompressionMethod::Deflated };
            zip.start_file(name, SimpleFileOptions::default().compression_method(method))?;
            zip.write_all(&bytes)?;
        }
        let mut file = zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        let sha256 = digest(&mut file)?;
        Ok((file, sha256))
    });
    for (name, bytes) in lists(content, fields, format)? {
        // who does not take them any more says why below
        let _ = send.send((name, bytes)).await;
    }
    if fields.contains(&ExportField::Portrait) {
        for (name, hash) in content.people.iter().filter_map(portrait) {
            let _ = send.send((name, blobs.get(hash).await?)).await;
        }
    }
    drop(send);
    Ok(writing.await.map_err(|_| Failure::Internal)??)
}

/// The SHA-256 of a file; it stands at its beginning afterwards.
fn digest(file: &mut File) -> io::Result<[u8; 32]> {
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 65_536]);
    file.rewind()?;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        hash.update(piece.get(..read).unwrap_or_default());
    }
    file.rewind()?;
    Ok(hash.finalize().into())
}

/// The lists, with names of fields as headings: they are read by programs, whatever the language of who takes them.
fn lists(content: &Content, fields: &[ExportField], format: Format) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
    let heads = fields.iter().map(|field| Head::new(field.name(), 24)).collect();
    let mut people = Writer::begin(format, "people", heads)?;
    for of in &content.people {
        let cell = |field: &ExportField| match field {
            ExportField::PersonnelCode => Cell::Text(reference(of.code.as_deref(), of.id)),
            ExportField::Name => Cell::Text(of.name.clone()),
            ExportField::Unit => Cell::Text(of.unit.clone()),
            ExportField::Position => Cell::maybe(of.position.clone()),
            ExportField::CardCode => Cell::maybe(of.card_code.clone()),
            ExportField::Portrait => Cell::maybe(portrait(of).map(|(name, _)| name)),
        };
        people.row(fields.iter().map(cell).collect())?;
    }
    let mut withdrawn = Writer::begin(Format::Csv, "withdrawn", vec![Head::new("personnel_code", 24)])?;
    for (id, code) in &content.withdrawn {
        withdrawn.row(vec![Cell::Text(reference(code.as_deref(), *id))])?;
    }
    let bytes = |mut file: File| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    Ok(vec![
        (format!("people.{}", format.name()), bytes(people.finish()?)?),
        ("withdrawn.csv".to_owned(), bytes(withdrawn.finish()?)?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portrait_is_named_by_the_code_and_only_listed_fields_leave() {
        let of = Entitled {
            id: 7,
            code: Some("57.00007".into()),
            name: "Lê Thị Bình".into(),
            unit: "Sở Nội vụ".into(),
            position: None,
            card_code: Some("k7Qz".into()),
            portrait: Some(vec![1; 32]),
        };
        assert_eq!(portrait(&of).unwrap().0, "portraits/57.00007.jpg");
        assert_eq!(reference(None, 7), "P-7");
        let content = Content { people: vec![of], withdrawn: vec![(8, Some("57.00008".into())), (9, None)] };
        let fields = [ExportField::PersonnelCode, ExportField::CardCode];
        let files = lists(&content, &fields, Format::Csv).unwrap();
        let text = |nth: usize| String::from_utf8(files[nth].1.clone()).unwrap();
        assert_eq!((files[0].0.as_str(), files[1].0.as_str()), ("people.csv", "withdrawn.csv"));
        assert_eq!(text(0), "\u{FEFF}personnel_code,card_code\r\n57.00007,k7Qz\r\n");
        assert_eq!(text(1), "\u{FEFF}personnel_code\r\n57.00008\r\nP-9\r\n");
    }
}
