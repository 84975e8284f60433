//! A card for trying a printer: rulers, a vernier for each axis, grey steps, the inks, QR codes of different modules.
//!
//! The vernier tells how far the page is off. Its 21 lines are 0.95 mm apart, the middle one a whole number of millimetres from the
//! card's edge: where a steel ruler begins at that edge, one line meets a millimetre of it, and says what is to be added to the station's
//! `right` or `down`, to 0.05 mm.

use crate::font::Fonts;
use crate::ink::Ink;
use crate::layout::PAGE;
use crate::length::{Emu, Point, Rect};
use crate::qr::{QUIET_ZONE, Resolution, Symbol};
use crate::scene::{Element, FillRule, Item, Node, Path, Scene, Segment, Weight};
use crate::typeset::{self, Style};

/// The finest line that printers of 300 dpi keep: one dot.
const LINE: Emu = Emu::dot(300);
/// Between two lines of a vernier.
const PITCH: Emu = Emu::um(950);
/// Lines of a vernier on each side of its middle: half a millimetre in steps of 0.05.
const LINES: i32 = 10;
/// Dots of a module of the codes.
const DOTS: [i32; 4] = [2, 3, 4, 5];

/// Front and back, of exactly the card's size.
pub fn sides(fonts: &Fonts, resolution: Resolution) -> [Scene; 2] {
    let mut front = Sheet::new(fonts, "Mặt trước");
    front.greys(Point::new(mm(10), mm(35)));
    front.inks(Point::new(mm(10), mm(42)));
    let mut back = Sheet::new(fonts, "Mặt sau");
    back.codes(resolution);
    [front.scene, back.scene]
}

/// One side that is being drawn.
struct Sheet<'a> {
    scene: Scene,
    fonts: &'a Fonts,
}

impl<'a> Sheet<'a> {
    /// What both sides have.
    fn new(fonts: &'a Fonts, name: &str) -> Self {
        let mut sheet = Sheet { scene: Scene { width: PAGE.width, height: PAGE.height, items: Vec::new() }, fonts };
        sheet.rulers();
        sheet.verniers();
        sheet.cross();
        sheet.text(name, Point::new(mm(64), mm(8)), 6);
        for (line, y) in [
            ("Đặt số 0 của thước thép vào mép thẻ.", 11),
            ("Vạch trùng với thước cho số mm", 13),
            ("cộng vào “right” (vạch đứng)", 15),
            ("hoặc “down” (vạch ngang).", 17),
        ] {
            sheet.text(line, Point::new(mm(57), mm(y)), 4);
        }
        sheet
    }

    fn put(&mut self, node: Node) {
        self.scene.items.push(Item { element: Element::Background, node });
    }

    fn fill(&mut self, place: Rect, ink: Ink) {
        self.put(Node::Fill { path: Path::rect(place), rule: FillRule::NonZero, ink });
    }

    fn strokes(&mut self, lines: impl IntoIterator<Item = (Point, Point)>) {
        let path = Path(lines.into_iter().flat_map(|(from, to)| [Segment::Move(from), Segment::Line(to)]).collect());
        self.put(Node::Stroke { path, width: LINE, ink: Ink::Black });
    }

    /// Text about the middle `at` on its base line; a font without a letter of it leaves it out.
    fn text(&mut self, content: &str, at: Point, points: i32) {
        let style = Style { weight: Weight::Regular, size: Emu::pt(points), ink: Ink::Black };
        if let Ok(mut line) = typeset::line(self.fonts, style, content, at) {
            line.origin.x -= line.advance / 2;
            self.put(Node::Text(line));
        }
    }

    /// Millimetres along the upper and the left edge, each five and ten longer.
    fn rulers(&mut self) {
        let length = |at: i32| Emu::um(if at % 10 == 0 { 3_000 } else { 1_500 + 700 * i32::from(at % 5 == 0) });
        self.strokes((1..=85).map(|at| (Point::new(mm(at), Emu::ZERO), Point::new(mm(at), length(at)))));
        self.strokes((1..=53).map(|at| (Point::new(Emu::ZERO, mm(at)), Point::new(length(at), mm(at)))));
        for at in (10..=80).step_by(10) {
            self.text(&at.to_string(), Point::new(mm(at), Emu::um(4_700)), 4);
        }
        for at in (10..=50).step_by(10) {
            self.text(&at.to_string(), Point::new(Emu::um(4_200), mm(at) + Emu::um(450)), 4);
        }
    }

    /// Each second line, each fourth of the upright ones, says what it is to add, in millimetres.
    fn verniers(&mut self) {
        let (upright, level) = (Point::new(mm(33), mm(10)), Point::new(mm(8), mm(22)));
        let steps = -LINES..=LINES;
        self.strokes(steps.clone().map(|step| {
            let x = upright.x + PITCH * step;
            (Point::new(x, upright.y), Point::new(x, upright.y + length_of(step)))
        }));
        self.strokes(steps.clone().map(|step| {
            let y = level.y + PITCH * step;
            (Point::new(level.x, y), Point::new(level.x + length_of(step), y))
        }));
        for step in steps.filter(|step| step % 2 == 0) {
            // what lies too far to the right is to be moved to the left
            let sign = if step < 0 { "+" } else { "–" };
            let says = if step == 0 { "0".to_owned() } else { format!("{sign}0,{}", step.abs() * 5 / 10) };
            if step % 4 == 0 {
                self.text(&says, Point::new(upright.x + PITCH * step, upright.y - Emu::um(500)), 3);
            }
            self.text(&says, Point::new(level.x + Emu::um(4_800), level.y + PITCH * step + Emu::um(350)), 3);
        }
    }

    /// The middle of the page.
    fn cross(&mut self) {
        let (centre, arm) = (PAGE.centre(), mm(3));
        self.strokes([
            (centre + Point::new(-arm, Emu::ZERO), centre + Point::new(arm, Emu::ZERO)),
            (centre + Point::new(Emu::ZERO, -arm), centre + Point::new(Emu::ZERO, arm)),
        ]);
        let mut circle = Path::default();
        circle.push_circle(centre, mm(2));
        self.put(Node::Stroke { path: circle, width: LINE, ink: Ink::Black });
    }

    /// From white to black in steps of ten percent.
    fn greys(&mut self, at: Point) {
        for percent in (0..=100).step_by(10) {
            let left = at.x + mm(percent / 10 * 6);
            let grey = u8::try_from((100 - percent) * 255 / 100).unwrap_or(0);
            self.fill(Rect::new(left, at.y, mm(6), mm(4)), Ink::Plain([grey; 3]));
            self.text(&format!("{percent} %"), Point::new(left + mm(3), at.y + Emu::um(5_300)), 3);
        }
    }

    /// Every named ink but black and white, with its name.
    fn inks(&mut self, at: Point) {
        let inks = Ink::NAMED.into_iter().filter(|ink| !matches!(ink, Ink::Black | Ink::White));
        for (nth, ink) in (0..).zip(inks) {
            let left = at.x + Emu::um(5_500) * nth;
            self.fill(Rect::new(left, at.y, Emu::um(5_000), mm(6)), ink);
            // two lines: the names are wider than their patches
            let below = at.y + Emu::um(7_200 + 1_300 * (nth % 2));
            self.text(ink.name().unwrap_or_default(), Point::new(left + Emu::um(2_500), below), 3);
        }
    }

    /// The same code in modules of two dots and more: the smallest that is read shows what the printer can do.
    fn codes(&mut self, resolution: Resolution) {
        let dpi = resolution.dpi();
        let mut left = mm(16);
        for dots in DOTS {
            // as long as a card's text
            let text = format!("CỔNG THẺ {dpi} dpi {dots} dots {}", "thử máy in thẻ ".repeat(6));
            let Ok(symbol) = Symbol::encode(&text, resolution) else { continue };
            let module = Emu::dot(dpi) * dots;
            let side = module * i32::try_from(symbol.width).unwrap_or(0);
            let snapped = |at: Emu| Emu::dot(dpi) * (at.0 / Emu::dot(dpi).0);
            let corner = Point::new(snapped(left), snapped(mm(50) - side));
            let path = symbol.path(corner, module);
            let node = Node::Fill { path, rule: FillRule::NonZero, ink: Ink::Black };
            self.scene.items.push(Item { element: Element::Qr, node });
            let quiet = module * i32::try_from(QUIET_ZONE).unwrap_or(4);
            self.text(&format!("{dots} chấm"), Point::new(corner.x + side / 2, corner.y - quiet - Emu::um(300)), 4);
            left = left + side + quiet * 2;
        }
    }
}

const fn mm(millimetres: i32) -> Emu {
    Emu::um(millimetres * 1_000)
}

/// The middle line and each tenth of a millimetre stand out.
fn length_of(step: i32) -> Emu {
    Emu::um(if step == 0 { 3_500 } else { 1_800 + 700 * i32::from(step % 2 == 0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::bounds;
    use crate::font::liberation;
    use crate::raster;
    use crate::svg;

    #[test]
    fn the_test_card_stays_as_it_is() {
        let fonts = liberation();
        for (scene, name) in sides(&fonts, Resolution::Dpi300).iter().zip(["front", "back"]) {
            let text = svg::write(scene, &fonts, svg::Options::default()).replace("><", ">\n<");
            let path = format!("{}/goldens/test-card-{name}.svg", env!("CARGO_MANIFEST_DIR"));
            if std::env::var_os("UPDATE").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(kept == text, "{path} is not as it was; UPDATE=1 rewrites it");
        }
    }

    #[test]
    fn everything_stands_on_the_card_and_codes_are_apart() {
        let fonts = liberation();
        for resolution in [Resolution::Dpi300, Resolution::Dpi600] {
            for scene in sides(&fonts, resolution) {
                let mut boxes = bounds(&scene, &fonts);
                assert!(boxes.iter().all(|(_, place)| PAGE.grown(LINE).contains(place)));
                // a ruler is one path along the whole edge
                boxes.retain(|(_, place)| place.width < mm(50) && place.height < mm(50));
                let codes: Vec<Rect> = boxes.iter().filter(|it| it.0 == Element::Qr).map(|it| it.1).collect();
                for (nth, code) in codes.iter().enumerate() {
                    let module = Emu::dot(resolution.dpi()) * DOTS[nth];
                    assert_eq!((code.width, code.width.0 % module.0), (module * 45, 0), "as many modules as a card's");
                    let alone = code.grown(module * 4 - Emu(1));
                    assert_eq!(
                        boxes.iter().filter(|(_, there)| alone.overlaps(there)).count(),
                        1,
                        "{resolution:?} {nth}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_line_of_the_vernier_meets_the_ruler_and_says_how_far_to_move() {
        for off in (-500..=500).step_by(50) {
            let meets = |step: i32| (PITCH * step + Emu::um(off)).0 % mm(1).0 == 0;
            let steps: Vec<i32> = (-LINES..=LINES).filter(|step| meets(*step)).collect();
            // half a millimetre to either side is the same place
            assert!(steps.contains(&(off / 50)) && steps.len() <= 2, "{off} µm: {steps:?}");
        }
    }

    #[test]
    fn all_four_codes_are_read_by_a_foreign_reader() {
        let fonts = liberation();
        let [_, back] = sides(&fonts, Resolution::Dpi300);
        let pixels = raster::render(&back, &fonts, raster::Settings::print(300)).unwrap();
        let (width, height) = (pixels.width as usize, pixels.height as usize);
        let luma = |x: usize, y: usize| pixels.rgba[(y * width + x) * 4];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, luma);
        let mut read: Vec<String> = image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
        read.sort();
        assert_eq!(read.len(), DOTS.len());
        assert!(read.iter().zip(DOTS).all(|(text, dots)| text.contains(&format!("300 dpi {dots} dots"))), "{read:?}");
    }
}
