//! Files that are attached: what they are is told by their content, never by their name (R20).

use std::sync::{Mutex, PoisonError};

use contract::{Failure, Fault};
use hayro_syntax::Pdf;
use photo::{PhotoError, look_to_the_end};

use crate::blobs::{Blobs, Kept};
use crate::store::attachment::{self, NewAttachment};
use crate::{Actor, Tx};

/// Megabytes of a file at most.
pub const MEGABYTES: usize = 20;
const MAX_BYTES: usize = MEGABYTES * 1024 * 1024;

/// A file whose content was looked at.
#[derive(Clone, Debug)]
pub struct Scan {
    bytes: Vec<u8>,
    media_type: &'static str,
}

/// A file that is durable, until the row that names it has committed.
#[derive(Debug)]
pub struct KeptScan {
    kept: Kept,
    bytes: i64,
    media_type: &'static str,
}

impl Scan {
    /// Looks at the content: a PDF with at least one page, a JPEG or a PNG that can be read to its end.
    ///
    /// # Errors
    /// [`Fault::Missing`], [`Fault::TooLarge`], [`Fault::TooManyPixels`], [`Fault::SideTooLong`], [`Fault::Scan`].
    pub fn read(bytes: Vec<u8>) -> Result<Self, Fault> {
        if bytes.is_empty() {
            return Err(Fault::Missing);
        }
        if bytes.len() > MAX_BYTES {
            return Err(Fault::TooLarge { megabytes: MEGABYTES });
        }
        let media_type = match bytes.as_slice() {
            [b'%', b'P', b'D', b'F', b'-', ..] => {
                let pages = Pdf::new(bytes.clone()).map(|pdf| pdf.pages().len());
                if !matches!(pages, Ok(1..)) {
                    return Err(Fault::Scan);
                }
                "application/pdf"
            }
            [0xFF, 0xD8, 0xFF, ..] => readable(&bytes, "image/jpeg")?,
            [0x89, b'P', b'N', b'G', ..] => readable(&bytes, "image/png")?,
            _ => return Err(Fault::Scan),
        };
        Ok(Scan { bytes, media_type })
    }

    /// Writes it where it is durable.
    ///
    /// # Errors
    /// As the disk says.
    pub async fn keep(self, blobs: &Blobs) -> Result<KeptScan, Failure> {
        let (bytes, media_type) = (self.bytes.len() as i64, self.media_type);
        Ok(KeptScan { kept: blobs.put(self.bytes).await?, bytes, media_type })
    }
}

/// Pictures are looked through one at a time: a page may take 216 MB, however few bytes its file has.
static ONE: Mutex<()> = Mutex::new(());

fn readable(bytes: &[u8], media_type: &'static str) -> Result<&'static str, Fault> {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    look_to_the_end(bytes).map(|_| media_type).map_err(|error| match error {
        PhotoError::TooManyPixels { max, .. } => Fault::TooManyPixels { megapixels: max / 1_000_000 },
        PhotoError::SideTooLong { max, .. } => Fault::SideTooLong { pixels: max },
        _ => Fault::Scan,
    })
}

/// Attaches a file to something.
///
/// # Errors
/// As the database says.
pub(super) async fn attach(
    tx: &mut Tx,
    actor: &Actor,
    (object, purpose): (&str, &str),
    scan: &KeptScan,
    person_id: Option<i64>,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let new = NewAttachment {
        object,
        purpose,
        hash: scan.kept.hash(),
        bytes: scan.bytes,
        media_type: scan.media_type,
        person_id,
        by: actor.account_id,
    };
    Ok(attachment::insert(tx.conn(), &new, at_ms).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(Scan::read(Vec::new()).map(|_| ()), Err(Fault::Missing));
        assert_eq!(Scan::read(b"MZ this is a program".to_vec()).map(|_| ()), Err(Fault::Scan));
        assert_eq!(Scan::read(b"%PDF-1.7 and nothing else".to_vec()).map(|_| ()), Err(Fault::Scan));
        assert_eq!(Scan::read([0xFF, 0xD8, 0xFF, 0xE0].to_vec()).map(|_| ()), Err(Fault::Scan));
        let large = vec![b' '; MAX_BYTES + 1];
        assert_eq!(Scan::read(large).map(|_| ()), Err(Fault::TooLarge { megabytes: MEGABYTES }));
        let pdf =
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
                    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF";
        assert_eq!(Scan::read(pdf.to_vec()).map(|scan| scan.media_type), Ok("application/pdf"));
    }
}
