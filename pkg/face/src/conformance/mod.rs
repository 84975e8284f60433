//! Conformance report: what a card's face is to 838/QĐ-BNV, clause by clause.
//!
//! Judged are the scenes that are about to be printed and their pixels at the printer's resolution, against a table of the regulation's
//! numbers (`rule`) that shares nothing with the layout's, and the QR code as a decoder that is not ours reads it from those pixels.
//! The report runs once for each snapshot of a record, before a batch; one clause that is not met blocks printing.

mod back_code;
mod clause;
mod code;
mod colour;
mod finding;
mod ground;
mod payload;
mod rule;
mod side;
mod sign;
mod stripe;
mod texts;
mod wording;

pub use clause::{Aspect, Clause};
pub use finding::{Finding, Reason, Report, Verdict};

use std::sync::OnceLock;

use crate::font::Fonts;
use crate::layout::{Face, Grounds, Mode, PAGE, Settings};
use crate::length::Emu;
use crate::raster::{self, Outlines, RasterError, Template};
use crate::record::Record;
use crate::scene::{Item, Scene};
use side::Side;

/// Judges both sides of a card in full ([`Mode::Full`](crate::layout::Mode::Full): with what an offset-printed blank already has). Of
/// the settings it takes all: the printer's resolution, the character between the QR code's fields, the approved abbreviations, the colours.
///
/// # Errors
/// [`RasterError`] where a side does not become pixels: a page of absurd size, a damaged picture.
pub fn report(
    record: &Record,
    front: &Scene,
    back: &Scene,
    fonts: &Fonts,
    settings: &Settings,
) -> Result<Report, RasterError> {
    let [front, back] = [Side::new(front, fonts, settings)?, Side::new(back, fonts, settings)?];
    Ok(judged(record, front, back, fonts, settings))
}

/// The grounds of both sides, drawn as they are printed for the first report and kept for all others. Threads may share it.
#[derive(Clone, Debug)]
pub struct Plates {
    grounds: Grounds,
    print: raster::Settings,
    drawn: OnceLock<[Template; 2]>,
}

impl Plates {
    /// Of these grounds, for the printer of these settings.
    pub fn new(grounds: Grounds, settings: &Settings) -> Self {
        Self { grounds, print: side::print(settings), drawn: OnceLock::new() }
    }

    /// The grounds themselves.
    pub fn grounds(&self) -> &Grounds {
        &self.grounds
    }

    /// [`report`] on a face that was laid out on these grounds.
    ///
    /// # Errors
    /// As [`report`].
    pub fn report(
        &self,
        record: &Record,
        face: &Face,
        fonts: &Fonts,
        settings: &Settings,
    ) -> Result<Report, RasterError> {
        let mut outlines = Outlines::new(fonts);
        let [front, back] = self.drawn(&mut outlines)?;
        let scenes = [&face.front, &face.back].map(|side| side.scene(Mode::Full));
        let front = front.render(&face.front.items, &mut outlines)?;
        let back = back.render(&face.back.items, &mut outlines)?;
        let [front, back] = [Side::seen(&scenes[0], front, fonts), Side::seen(&scenes[1], back, fonts)];
        Ok(judged(record, front, back, fonts, settings))
    }

    fn drawn(&self, outlines: &mut Outlines) -> Result<&[Template; 2], RasterError> {
        if let Some(drawn) = self.drawn.get() {
            return Ok(drawn);
        }
        let mut plate = |ground: &[Item]| {
            let scene = Scene { width: PAGE.width, height: PAGE.height, items: ground.to_vec() };
            Template::new(&scene, self.print, outlines)
        };
        let drawn = [plate(&self.grounds.front)?, plate(&self.grounds.back)?];
        // of two threads that draw them at once, the first is heard
        Ok(self.drawn.get_or_init(|| drawn))
    }
}

fn judged<'a>(record: &'a Record, front: Side<'a>, back: Side<'a>, fonts: &'a Fonts, settings: &'a Settings) -> Report {
    let mut judge = Judge { record, fonts, settings, front, back, findings: Vec::new() };
    judge.grounds();
    judge.texts();
    judge.signs();
    judge.stripe();
    judge.code();
    judge.back_code();
    let order = Clause::all();
    judge.findings.sort_by_key(|finding| order.iter().position(|clause| *clause == finding.clause));
    Report { findings: judge.findings }
}

/// What is judged, and what was found so far.
struct Judge<'a> {
    record: &'a Record,
    fonts: &'a Fonts,
    settings: &'a Settings,
    front: Side<'a>,
    back: Side<'a>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn find(&mut self, clause: Clause, verdict: Verdict, expected: impl Into<String>, found: impl Into<String>) {
        self.findings.push(Finding { clause, verdict, expected: expected.into(), found: found.into() });
    }

    /// Not met, for want of the thing itself.
    fn missing(&mut self, clause: Clause, expected: impl Into<String>) {
        self.find(clause, Verdict::NotMet(Reason::Missing), expected, NOTHING);
    }

    /// Met if it holds.
    fn hold(
        &mut self,
        clause: Clause,
        holds: bool,
        otherwise: Reason,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) {
        let verdict = if holds { Verdict::Met } else { Verdict::NotMet(otherwise) };
        self.find(clause, verdict, expected, found);
    }
}

/// What is found where nothing is.
const NOTHING: &str = "—";

/// Millimetres with three decimals.
fn mm(length: Emu) -> String {
    format!("{:.3}", length.to_mm())
}

/// Thousandths as a percentage.
fn percent(thousandths: u32) -> String {
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// Where each item of a scene stands, for tests of what else is drawn.
#[cfg(test)]
pub(crate) fn bounds(scene: &Scene, fonts: &Fonts) -> Vec<(crate::scene::Element, crate::length::Rect)> {
    side::boxes(scene, fonts).into_iter().map(|(item, place)| (item.element, place)).collect()
}

#[cfg(test)]
mod tests;
