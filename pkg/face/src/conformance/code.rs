//! The QR symbol as it is printed: its size, the white around it, its dots (838/QĐ-BNV, Điều 1 §2a; R85).

use rqrr::PreparedImage;

use super::colour::luma;
use super::side::{PixelRect, Side, share};
use super::{Clause, Judge, NOTHING, Reason, Verdict, mm, percent, rule};
use crate::length::{Emu, Rect};
use crate::qr::Resolution;
use crate::scene::Element;

/// A pixel darker than this is dark.
const DARK: u8 = 128;
/// A pixel this bright is white.
const WHITE: u8 = 250;

impl Judge<'_> {
    pub(super) fn code(&mut self) {
        let Some(place) = self.front.bounds(Element::Qr) else {
            for clause in [Clause::QrSize, Clause::QrQuietZone, Clause::QrDots] {
                self.missing(clause, NOTHING);
            }
            return self.payload(None, Reason::Missing);
        };
        let grid = Grid::measured(&self.front, self.front.to_pixels(place));
        let (verdict, expected, found) = size(place);
        self.find(Clause::QrSize, verdict, expected, found);
        let (verdict, expected, found) = dots(grid, self.settings.resolution);
        self.find(Clause::QrDots, verdict, expected, found);
        let (verdict, expected, found) = quiet_zone(&self.front, place, grid, self.settings.resolution);
        self.find(Clause::QrQuietZone, verdict, expected, found);
        let text = grid.and_then(|grid| read(&self.front, self.front.to_pixels(place), grid));
        self.payload(text, Reason::Unreadable);
    }
}

/// Verdict, what was expected, what was found.
type Judged = (Verdict, String, String);

/// 12 × 12 mm; smaller where whole dots ask for it.
pub(super) fn size(place: Rect) -> Judged {
    let (least, most) = (rule::QR_LEAST_SIDE, rule::QR_SIDE + rule::QR_TOLERANCE);
    let exact = rule::QR_SIDE - rule::QR_TOLERANCE;
    let (short, long) = (place.width.min(place.height), place.width.max(place.height));
    let verdict = match () {
        () if long > most => Verdict::NotMet(Reason::TooLarge),
        () if short < least || long - short > rule::QR_TOLERANCE => Verdict::NotMet(Reason::TooSmall),
        () if short < exact => Verdict::Equivalent(Reason::SmallerOnWholeDots),
        () => Verdict::Met,
    };
    let text = |width: Emu, height: Emu| format!("{} × {} mm", mm(width), mm(height));
    (verdict, text(rule::QR_SIDE, rule::QR_SIDE), text(place.width, place.height))
}

pub(super) fn dots(grid: Option<Grid>, resolution: Resolution) -> Judged {
    let least = rule::least_dots(resolution);
    let expected = format!("≥ {least}");
    let Some(Grid { dots, modules }) = grid else {
        return (Verdict::NotMet(Reason::NotWholeDots), expected, NOTHING.to_owned());
    };
    let verdict = if dots >= least { Verdict::Met } else { Verdict::NotMet(Reason::TooFewDots) };
    (verdict, expected, format!("{dots} ({modules} × {modules})"))
}

/// White in the pixels, four modules wide; where the modules cannot be measured, as if they had the fewest dots that they may.
pub(super) fn quiet_zone(side: &Side<'_>, place: Rect, grid: Option<Grid>, resolution: Resolution) -> Judged {
    let dots = grid.map_or(rule::least_dots(resolution), |grid| grid.dots);
    let white = white_around(side, side.to_pixels(place), dots * rule::QUIET_MODULES);
    let verdict = if white == 1_000 { Verdict::Met } else { Verdict::NotMet(Reason::QuietZoneNotWhite) };
    let told = |white| format!("{} × {dots}, {}", rule::QUIET_MODULES, percent(white));
    (verdict, told(1_000), told(white))
}

/// How much is white of a frame of so many pixels around the symbol, in thousandths, 1,000 for all of it alone; 0 where it leaves the
/// page.
fn white_around(side: &Side<'_>, symbol: PixelRect, width: u32) -> u32 {
    let (Some(left), Some(top)) = (symbol.left.checked_sub(width), symbol.top.checked_sub(width)) else { return 0 };
    let (right, bottom) = (symbol.right + width, symbol.bottom + width);
    if right > side.pixels.width || bottom > side.pixels.height {
        return 0;
    }
    let frame = (top..bottom)
        .flat_map(|y| (left..right).map(move |x| (x, y)))
        .filter(|(x, y)| !symbol.contains(*x, *y))
        .map(|(x, y)| side.at(x, y));
    let is_white = |colour: [u8; 3]| colour.iter().all(|value| *value >= WHITE);
    if frame.clone().all(is_white) { 1_000 } else { share(frame, is_white).min(999) }
}

/// The symbol's modules, measured.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    /// Dots of a module's side.
    dots: u32,
    /// Modules of the symbol's side.
    modules: u32,
}

impl Grid {
    /// By the seven dark modules with which the first row begins (ISO/IEC 18004 §6.3.3); `None` where the modules are not all
    /// squares of one whole number of dots, their number is that of no version, or the squares in three corners are not there.
    pub(super) fn measured(side: &Side<'_>, symbol: PixelRect) -> Option<Self> {
        let is_dark = |x: u32, y: u32| luma(side.at(x, y)) < DARK;
        let run = (symbol.left..symbol.right).take_while(|x| is_dark(*x, symbol.top)).count();
        let dots = u32::try_from(run).ok().filter(|run| run % 7 == 0).map(|run| run / 7).filter(|dots| *dots > 0)?;
        let (width, height) = (symbol.right - symbol.left, symbol.bottom - symbol.top);
        let modules = width / dots;
        // versions 1 to 40
        if width != height || width % dots != 0 || !(21..=177).contains(&modules) || modules % 4 != 1 {
            return None;
        }
        let module = |column: u32, row: u32| is_dark(symbol.left + column * dots, symbol.top + row * dots);
        let is_even = (0..height)
            .all(|y| (0..width).all(|x| is_dark(symbol.left + x, symbol.top + y) == module(x / dots, y / dots)));
        let last = modules - 7;
        let has_corners = [(0, 0), (last, 0), (0, last)].into_iter().all(|(left, top)| {
            (0..7_u32).all(|y| (0..7_u32).all(|x| module(left + x, top + y) == (x.abs_diff(3).max(y.abs_diff(3)) != 2)))
        });
        (is_even && has_corners).then_some(Self { dots, modules })
    }
}

/// The text that rqrr reads in the symbol's pixels, framed in white: what stands in the quiet zone is a finding of its own. Only a symbol
/// that could be measured is shown to it; pictures of other things have made it panic. It finds no grid in about one of 10,000 symbols,
/// and does when their pixels are shown to it larger, as a camera would.
pub(super) fn read(side: &Side<'_>, symbol: PixelRect, grid: Grid) -> Option<String> {
    (1..=3).find_map(|scale| read_scaled(side, symbol, grid, scale))
}

fn read_scaled(side: &Side<'_>, symbol: PixelRect, grid: Grid, scale: usize) -> Option<String> {
    let frame = grid.dots * rule::QUIET_MODULES;
    let width = usize::try_from(symbol.right - symbol.left + 2 * frame).ok()? * scale;
    let at = |x: usize, y: usize| {
        let inside = |at: usize, from: u32| u32::try_from(at / scale).ok()?.checked_sub(frame)?.checked_add(from);
        let place = inside(x, symbol.left).zip(inside(y, symbol.top));
        place.filter(|(x, y)| symbol.contains(*x, *y)).map_or(255, |(x, y)| luma(side.at(x, y)))
    };
    let mut image = PreparedImage::prepare_from_greyscale(width, width, at);
    image.detect_grids().iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}

/// [`read`] for a scene's symbol.
#[cfg(test)]
pub(super) fn read_from(side: &Side<'_>) -> Option<String> {
    let symbol = side.to_pixels(side.bounds(Element::Qr)?);
    read(side, symbol, Grid::measured(side, symbol)?)
}
