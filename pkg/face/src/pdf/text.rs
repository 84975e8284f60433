//! Lines of text as text (ISO 32000-1 §9.4): they can be searched and copied.

use super::number::{push_decimal, push_hex, push_length, rounded};
use super::typeface::Typeface;
use crate::length::Emu;
use crate::scene::Text;

/// A glyph may stand this far from where the advances before it end, without being moved: the typesetter rounds to whole units.
const OFF: i64 = 1;

/// Appends a line, in the fill colour that is set.
pub(super) fn push_text(out: &mut Vec<u8>, text: &Text, face: &mut Typeface, height: Emu) {
    if text.glyphs.is_empty() || text.size <= Emu::ZERO {
        return;
    }
    let mut shown = Vec::with_capacity(text.glyphs.len() * 4 + 8);
    let is_told = push_glyphs(&mut shown, text, face);
    if !is_told {
        // §14.9.4: the glyphs do not tell the characters, this does
        out.extend_from_slice(b"/Span <</ActualText <FEFF");
        text.content.encode_utf16().for_each(|unit| push_hex(out, unit));
        out.extend_from_slice(b">>> BDC\n");
    }
    out.extend_from_slice(b"BT\n/");
    out.extend_from_slice(Typeface::name(text.weight).0);
    out.push(b' ');
    push_length(out, text.size);
    out.extend_from_slice(b"Tf\n");
    push_length(out, text.origin.x);
    push_length(out, height - text.origin.y);
    out.extend_from_slice(b"Td\n");
    out.extend_from_slice(&shown);
    out.extend_from_slice(b"\nET\n");
    if !is_told {
        out.extend_from_slice(b"EMC\n");
    }
}

/// Appends the glyphs with the operator that shows them; whether they tell the characters of the line.
fn push_glyphs(out: &mut Vec<u8>, text: &Text, face: &mut Typeface) -> bool {
    let mut is_told = text.content.chars().count() == text.glyphs.len();
    let mut letters = text.content.chars();
    let size = i64::from(text.size.0);
    let em = i64::from(face.units_per_em());
    // the pen stands at `placed` + `units` of the font
    let (mut placed, mut units) = (0_i64, 0_i64);
    let mut is_moved = false;
    out.extend_from_slice(b"[<");
    for glyph in &text.glyphs {
        let letter = if is_told { letters.next() } else { None };
        let (advance, is_known) = face.note(glyph.id, letter);
        is_told &= is_known;
        let (x, pen) = (i64::from(glyph.x.0), placed + rounded(units * size, em));
        if (x - pen).abs() > OFF {
            out.push(b'>');
            // §9.4.3: thousandths of the type size, to the left
            push_decimal(out, rounded((pen - x) * 1_000_000, size), 3);
            out.push(b'<');
            is_moved = true;
            (placed, units) = (x, 0);
        }
        push_hex(out, glyph.id);
        units += i64::from(advance);
    }
    out.push(b'>');
    if is_moved {
        out.extend_from_slice(b"] TJ");
    } else {
        out.remove(0);
        out.extend_from_slice(b" Tj");
    }
    is_told
}
