//! The file's frame: numbered objects one after the other, and the table that says where each begins (ISO 32000-1 §7.5).

use pdf_writer::{Chunk, Ref};

use super::Error;
use super::number::push_digits;

/// Places in the table have ten digits (§7.5.4).
const LONGEST: u64 = 9_999_999_999;

/// Writes objects and keeps of each only where it began.
pub(super) struct Objects {
    chunk: Chunk,
    /// What was handed out already.
    before: u64,
    /// Where the objects from number 1 on begin; 0 for one that is not written.
    begins: Vec<u64>,
}

impl Objects {
    /// A file's first bytes.
    pub(super) fn new(out: &mut Vec<u8>) -> Self {
        // four bytes above 127 tell transports that this is no text (§7.5.2)
        let header = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
        out.extend_from_slice(header);
        Objects { chunk: Chunk::new(), before: header.len() as u64, begins: Vec::new() }
    }

    /// A number for an object that is written later.
    pub(super) fn reserve(&mut self) -> Ref {
        self.begins.push(0);
        Ref::new(i32::try_from(self.begins.len()).unwrap_or(i32::MAX))
    }

    /// Where the object of this number is to be written, at once.
    pub(super) fn at(&mut self, number: Ref) -> &mut Chunk {
        if let Some(begin) = usize::try_from(number.get() - 1).ok().and_then(|index| self.begins.get_mut(index)) {
            *begin = self.before + self.chunk.len() as u64;
        }
        &mut self.chunk
    }

    /// A new object, to be written at once.
    pub(super) fn add(&mut self) -> (Ref, &mut Chunk) {
        let number = self.reserve();
        (number, self.at(number))
    }

    /// Hands out what is written.
    ///
    /// # Errors
    /// [`Error::TooLong`].
    pub(super) fn drain(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        // the next page will be about as long
        let room = self.chunk.len() + self.chunk.len() / 8;
        let chunk = std::mem::replace(&mut self.chunk, Chunk::with_capacity(room));
        out.extend_from_slice(chunk.as_bytes());
        self.before += chunk.len() as u64;
        if self.before > LONGEST { Err(Error::TooLong) } else { Ok(()) }
    }

    /// The table, and the file's end.
    ///
    /// # Errors
    /// [`Error::TooLong`].
    pub(super) fn finish(mut self, catalogue: Ref, info: Ref, out: &mut Vec<u8>) -> Result<(), Error> {
        self.drain(out)?;
        let size = self.begins.len() + 1;
        out.reserve(size * 20 + 200);
        // §7.5.4: entries of exactly 20 bytes; number 0 and what was never written are free
        out.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
        for begin in self.begins {
            push_digits(out, begin, 10);
            out.extend_from_slice(if begin == 0 { b" 65535 f \n" } else { b" 00000 n \n" });
        }
        let (catalogue, info, place) = (catalogue.get(), info.get(), self.before);
        let trailer =
            format!("trailer\n<< /Size {size} /Root {catalogue} 0 R /Info {info} 0 R >>\nstartxref\n{place}\n%%EOF\n");
        out.extend_from_slice(trailer.as_bytes());
        Ok(())
    }
}
