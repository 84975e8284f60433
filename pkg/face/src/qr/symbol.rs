//! The QR symbol: modules, and the outline in which they are printed.

use qrcode::{Color, QrCode};

use crate::length::{Emu, Point, Rect};
use crate::scene::Path;

use super::budget::Print;
use super::layout::{Layout, Level};
use super::resolution::Resolution;

/// A QR code of ISO/IEC 18004, model 2.
#[derive(Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Row by row from the upper left, `width` in each; dark is `true`. Without the quiet zone.
    pub modules: Vec<bool>,
    /// Modules on a side.
    pub width: usize,
    /// 1 to 40.
    pub version: u8,
    /// Level of error correction.
    pub level: Level,
    /// Bytes of the text in it.
    pub bytes: usize,
}

/// A text takes a symbol of more modules than can be printed legibly on 12 mm (R85).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the QR code takes {}, a printer of {} dpi prints version {} at most", named(*version), resolution.dpi(), resolution.largest_version())]
pub struct TooDense {
    /// The version that it takes; `None` if even 40 is too small.
    pub version: Option<u8>,
    /// The printer.
    pub resolution: Resolution,
}

impl Symbol {
    /// The symbol of a text in UTF-8 under ECI 26: the lowest version, then the highest level that keeps it.
    ///
    /// # Errors
    /// [`TooDense`] above version 7 at 300 dpi or 9 at 600 dpi.
    pub fn encode(text: &str, resolution: Resolution) -> Result<Self, TooDense> {
        let dense = |version| TooDense { version, resolution };
        let layout = Layout::of(text.as_bytes()).ok_or(dense(None))?;
        let Layout { version, level, .. } = layout;
        if !Print::new(version, level, resolution).fits() {
            return Err(dense(Some(version)));
        }
        let bits = layout.bits(text.as_bytes());
        let code = bits.and_then(|bits| QrCode::with_bits(bits, level.encoder())).map_err(|_| dense(Some(version)))?;
        let width = code.width();
        let modules = code.into_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        Ok(Self { modules, width, version, level, bytes: text.len() })
    }

    /// Whether the module in that column and row is dark; light outside.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.width && row < self.width && self.modules.get(row * self.width + column).is_some_and(|dark| *dark)
    }

    /// The dark modules' outline, its upper left corner at `origin`, for the rule of non-zero winding: one rectangle for each
    /// run of dark modules in a row, `module` a side. For whole dots take both from [`Resolution::place`] and
    /// [`Resolution::module`].
    pub fn path(&self, origin: Point, module: Emu) -> Path {
        let mut path = Path::default();
        let at = |modules: usize| module * i32::try_from(modules).unwrap_or(0);
        for (row, modules) in self.modules.chunks(self.width.max(1)).enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(|left, right| left == right) {
                if run[0] {
                    path.push_rect(Rect::new(origin.x + at(column), origin.y + at(row), at(run.len()), module));
                }
                column += run.len();
            }
        }
        path
    }
}

impl std::fmt::Debug for Symbol {
    /// Says nothing of what is in it: personal data does not reach the log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Symbol({}-{:?})", self.version, self.level)
    }
}

fn named(version: Option<u8>) -> String {
    version.map_or_else(|| "more than version 40".to_owned(), |version| format!("version {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qr::resolution::modules;
    use crate::scene::Segment;

    #[test]
    fn the_lowest_version_then_the_highest_level() {
        let symbol = |text: &str| Symbol::encode(text, Resolution::Dpi600).map(|symbol| (symbol.version, symbol.level));
        // 12 bits of ECI and 12 of the segment's head: 6 bytes left of 9 in 1-H, 10 of 13 in 1-Q
        assert_eq!(symbol("an|ngu"), Ok((1, Level::H)));
        assert_eq!(symbol("an|nguyena"), Ok((1, Level::Q)));
        assert_eq!(symbol(&"ệ".repeat(51)), Ok((7, Level::L)), "7-L: 1248 bits");
        assert_eq!(symbol(&format!("{}|", "ệ".repeat(51))), Ok((8, Level::L)), "8-M: 1232 bits, ECI and head take 24");
        assert_eq!(symbol(&"ệ".repeat(76)), Ok((9, Level::L)));
        let dense = TooDense { version: Some(10), resolution: Resolution::Dpi600 };
        assert_eq!(symbol(&"ệ".repeat(77)), Err(dense));
        assert_eq!(dense.to_string(), "the QR code takes version 10, a printer of 600 dpi prints version 9 at most");
        assert_eq!(symbol(&"ệ".repeat(2_000)), Err(TooDense { version: None, ..dense }));
    }

    #[test]
    fn the_outline_covers_the_dark_modules_exactly() {
        let resolution = Resolution::Dpi300;
        let symbol = Symbol::encode("7kQp|Nguyễn Thị Hường", resolution).unwrap();
        assert_eq!(symbol.width, modules(symbol.version));
        let module = resolution.module(symbol.width);
        let origin = Point::new(Emu::dot(300) * 7, Emu::dot(300) * -3);
        let path = symbol.path(origin, module);
        let mut seen = vec![false; symbol.modules.len()];
        for step in path.0.chunks(5) {
            let [Segment::Move(from), _, Segment::Line(to), _, Segment::Close] = step else { panic!("{step:?}") };
            let cell = |length: Emu| {
                assert_eq!(length.0 % module.0, 0);
                (length.0 / module.0) as usize
            };
            let (row, end) = (cell(from.y - origin.y), cell(to.x - origin.x));
            assert_eq!(cell(to.y - from.y), 1);
            for column in cell(from.x - origin.x)..end {
                assert!(!std::mem::replace(&mut seen[row * symbol.width + column], true), "twice");
            }
        }
        assert_eq!(seen, symbol.modules);
        assert!(symbol.is_dark(0, 0) && !symbol.is_dark(symbol.width, 0) && !symbol.is_dark(0, symbol.width));
    }
}
