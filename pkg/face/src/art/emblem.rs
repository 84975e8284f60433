//! Quốc huy, drawn by us: the default where a province has not set the official artwork.
//!
//! What it shows follows the Constitution of 2013, Điều 13 §2 (round, red ground, a five-pointed gold star in the middle, ears of
//! rice around it, below half a cogwheel and the words "Cộng hòa xã hội chủ nghĩa Việt Nam") and the model proclaimed by sắc lệnh
//! 254-SL of 19 January 1956: two sheaves of five ears and fifty-four grains each, ten teeth on the half wheel, a red ribbon edged
//! with gold that carries the words in two lines. No artwork of others went into it.

use super::curve::{Frame, Sketch, V, part, polar, sin_cos};
use super::letters;
use crate::ink::Ink;
use crate::length::{Emu, Point};
use crate::scene::{FillRule, Node};

/// What the emblem's parts are printed in; a part without an ink is left out and what is below shows.
#[derive(Clone, Copy)]
struct Inks {
    ground: Option<Ink>,
    shade: Option<Ink>,
    gold: Ink,
    line: Option<Ink>,
}

/// The emblem in the regulation's colours, in the square of this size about `centre`. Made for 14 mm; sound from 8 mm to 60 mm.
pub fn emblem(centre: Point, size: Emu) -> Vec<Node> {
    let inks = Inks {
        ground: Some(Ink::EmblemRed),
        shade: Some(Ink::EmblemShade),
        gold: Ink::EmblemGold,
        line: Some(Ink::EmblemLine),
    };
    draw(centre, size, inks)
}

/// The emblem in one ink, as on the back: what is red in the coloured one stays free, so that the ground shows.
pub fn emblem_one_ink(centre: Point, size: Emu, ink: Ink) -> Vec<Node> {
    draw(centre, size, Inks { ground: None, shade: None, gold: ink, line: None })
}

/// The disc's radius and how far its middle lies above the square's, of half the square's side: the ribbon hangs out below.
const DISC: f64 = 0.94;
const RAISED: f64 = 0.056;

// All that follows counts in the disc's radius from the disc's middle; the sheaf and the ribbon are drawn for the right side, in
// degrees from the bottom, and mirrored.

/// The gold rim.
const RIM: (f64, f64) = (0.968, 1.0);
/// The ribbon's upper part, with the first line of words, and how far it runs to either side.
const BAND: (f64, f64) = (0.795, 0.962);
const BAND_END: f64 = 55.0;
/// The ribbon's lower part, with the country's name.
const PANEL: (f64, f64) = (0.962, 1.108);
const PANEL_END: f64 = 23.5;
/// How far up the tie about the sheaf reaches.
const TIE_END: f64 = 62.5;
/// Lines in gold: edges of the ribbon, stalks.
const EDGE: f64 = 0.014;
/// Lines that part golden pieces.
const VEIN: f64 = 0.006;
/// The letters' strokes.
const LETTER: f64 = 0.0125;

fn draw(centre: Point, size: Emu, inks: Inks) -> Vec<Node> {
    let unit = part(size, DISC / 2.0);
    let frame = Frame::new(centre, unit).moved(V(0.0, -RAISED / DISC));
    let width = |fraction: f64| part(unit, fraction);
    let mut nodes = Vec::new();

    let mut disc = Sketch::default();
    let open = 180.0 - BAND_END;
    disc.arc(frame, RIM.1, -open, open, false);
    disc.line(frame, polar(BAND.1, open));
    disc.arc(frame, BAND.1, open, 360.0 - open, true);
    disc.close();
    nodes.extend(inks.ground.and_then(|ink| disc.filled(FillRule::NonZero, ink)));

    let (mut gold, mut lines, mut veins) = (Sketch::default(), Sketch::default(), Sketch::default());
    star(&mut gold, frame.moved(V(0.0, -0.12)), 0.355);
    for side in [frame, frame.mirrored()] {
        sheaf(&mut gold, &mut lines, &mut veins, side);
    }
    let mut wheel = Sketch::default();
    cogwheel(&mut wheel, frame);
    rim(&mut wheel, frame);
    rim(&mut veins, frame);
    nodes.extend(lines.stroked(width(EDGE), inks.gold));
    // a little of the ground about each grain keeps it apart from the stalks behind it
    nodes.extend(inks.ground.and_then(|ink| gold.clone().stroked(width(2.0 * VEIN), ink)));
    nodes.extend(gold.filled(FillRule::NonZero, inks.gold));
    nodes.extend(wheel.filled(FillRule::EvenOdd, inks.gold));
    nodes.extend(inks.line.and_then(|ink| veins.stroked(width(VEIN), ink)));

    let (mut front, mut behind) = (Sketch::default(), Sketch::default());
    ribbon(&mut front, &mut behind, frame);
    let mut edges = front.clone();
    edges.append(behind.clone());
    // a line about the ribbon's edges keeps them apart from a yellow ground
    nodes.extend(inks.line.and_then(|ink| edges.clone().stroked(width(EDGE + 2.0 * VEIN), ink)));
    nodes.extend(inks.shade.and_then(|ink| behind.filled(FillRule::NonZero, ink)));
    nodes.extend(inks.ground.and_then(|ink| front.filled(FillRule::NonZero, ink)));
    nodes.extend(edges.stroked(width(EDGE), inks.gold));

    let mut words = Sketch::default();
    write(&mut words, frame, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA", 0.067, 0.915);
    write(&mut words, frame, "VIỆT NAM", 0.063, 1.068);
    nodes.extend(words.stroked(width(LETTER), inks.gold));
    nodes
}

/// A point of the right side, in degrees from the bottom.
fn right(radius: f64, degrees: f64) -> V {
    polar(radius, 180.0 - degrees)
}

/// The gold ring about the disc, open below where the ribbon begins.
fn rim(sketch: &mut Sketch, frame: Frame) {
    let open = TIE_END - 1.4;
    sketch.arc(frame, RIM.1, open - 180.0, 180.0 - open, false);
    sketch.line(frame, polar(RIM.0, 180.0 - open));
    sketch.arc(frame, RIM.0, 180.0 - open, open - 180.0, true);
    sketch.close();
}

/// The star of the flag: its inner corners lie where the lines between its points cross.
fn star(sketch: &mut Sketch, frame: Frame, radius: f64) {
    let inner = radius * 0.381_966;
    let corner = |i: u32| polar(if i.is_multiple_of(2) { radius } else { inner }, f64::from(i) * 36.0);
    sketch.polygon(frame, &(0..10).map(corner).collect::<Vec<_>>());
}

/// Half a cogwheel of ten teeth, cut off below along the ribbon.
fn cogwheel(sketch: &mut Sketch, frame: Frame) {
    const CENTRE: V = V(0.0, 0.685);
    const ROOT: f64 = 0.262;
    const TIP: f64 = 0.322;
    let cut = BAND.0 - 0.026;
    let wheel = frame.moved(CENTRE);
    // where the root circle's sides meet the cut: straight down from its ends
    let side = libm::sqrt(cut * cut - ROOT * ROOT);
    let angle = libm::atan2(ROOT, side) * (180.0 / core::f64::consts::PI);
    sketch.arc(frame, cut, 180.0 - angle, 180.0 + angle, false);
    sketch.line(wheel, V(-ROOT, 0.0));
    for tooth in 0..10 {
        let middle = -81.0 + 18.0 * f64::from(tooth);
        sketch.line(wheel, polar(ROOT, middle - 5.4));
        sketch.line(wheel, polar(TIP, middle - 3.6));
        sketch.line(wheel, polar(TIP, middle + 3.6));
        sketch.line(wheel, polar(ROOT, middle + 5.4));
    }
    sketch.line(wheel, V(ROOT, 0.0));
    sketch.close();
    // the circles inside: a groove, and the opening with the hub
    let floor = 0.03;
    for (outer, inner) in [(0.2, 0.175), (0.115, 0.05)] {
        sketch.start(wheel, V(-outer, floor));
        sketch.line(wheel, V(-outer, 0.0));
        sketch.arc(wheel, outer, -90.0, 90.0, true);
        sketch.line(wheel, V(outer, floor));
        sketch.line(wheel, V(inner, floor));
        sketch.line(wheel, V(inner, 0.0));
        sketch.arc(wheel, inner, 90.0, -90.0, true);
        sketch.line(wheel, V(-inner, floor));
        sketch.close();
    }
}

/// An ear of rice: its radius at its base and at its tip, the degrees where they are, how many grains it has and how long they are, and the radius at which its
/// stalk comes up.
struct Ear {
    radius: (f64, f64),
    degrees: (f64, f64),
    grains: u32,
    grain: f64,
    stalk: f64,
}

/// Five ears and fifty-four grains: three along the rim, two within. Their stalks run up between the two rows, the sooner an ear
/// turns off the nearer to its row, so that none crosses another.
const EARS: [Ear; 5] = [
    Ear { radius: (0.867, 0.878), degrees: (70.0, 95.5), grains: 11, grain: 0.135, stalk: 0.794 },
    Ear { radius: (0.867, 0.878), degrees: (105.5, 131.0), grains: 11, grain: 0.135, stalk: 0.777 },
    Ear { radius: (0.867, 0.874), degrees: (141.0, 166.5), grains: 11, grain: 0.135, stalk: 0.760 },
    Ear { radius: (0.645, 0.64), degrees: (76.5, 107.0), grains: 11, grain: 0.124, stalk: 0.726 },
    Ear { radius: (0.645, 0.622), degrees: (126.0, 155.0), grains: 10, grain: 0.124, stalk: 0.743 },
];
/// How far a grain's controls lie to the side, of its length.
const HUSK: f64 = 0.2;

fn sheaf(gold: &mut Sketch, lines: &mut Sketch, veins: &mut Sketch, frame: Frame) {
    for ear in &EARS {
        draw_ear(gold, lines, veins, frame, ear);
        stalk(lines, frame, ear);
    }
    // leaves: where they grow from, which way they swing, where they end
    leaf(gold, frame, [right(0.712, 64.0), right(0.64, 64.0), right(0.575, 76.0)], 0.026);
    leaf(gold, frame, [right(0.700, 61.5), right(0.63, 60.5), right(0.54, 70.0)], 0.026);
    leaf(gold, frame, [right(0.812, 63.5), right(0.90, 63.0), right(0.94, 73.0)], 0.026);
}

fn draw_ear(gold: &mut Sketch, lines: &mut Sketch, veins: &mut Sketch, frame: Frame, ear: &Ear) {
    let (from, to) = (right(ear.radius.0, ear.degrees.0), right(ear.radius.1, ear.degrees.1));
    // an ear bends with its row, but only half as much
    let at = |t: f64| {
        let radius = ear.radius.0 + (ear.radius.1 - ear.radius.0) * t;
        let bent = right(radius, ear.degrees.0 + (ear.degrees.1 - ear.degrees.0) * t);
        (bent + from + (to - from) * t) * 0.5
    };
    let pairs = ear.grains / 2;
    let steps = if ear.grains % 2 == 1 { f64::from(pairs) } else { f64::from(pairs - 1) + 0.5 };
    for grain in 0..ear.grains {
        // one grain left, one right, half a step further each; the last at the tip
        let tip = grain + 1 == ear.grains;
        let t = (f64::from(grain / 2) + if grain % 2 == 1 { 0.42 } else { 0.0 }) / steps;
        let t = if tip { 1.0 } else { t * 0.97 };
        let ahead = at(t + 0.02) - at(t - 0.02);
        let length = libm::sqrt(ahead.0 * ahead.0 + ahead.1 * ahead.1);
        let ahead = ahead * (1.0 / length);
        // those on the hollow side of the bend stand off further, or they would run into each other
        let (turn, apart) = match (tip, grain % 2) {
            (true, _) => (0.0, 0.0),
            (_, 0) => (-33.0, -0.010),
            _ => (28.0, 0.012),
        };
        let across = V(-ahead.1, ahead.0);
        let (sin, cos) = sin_cos(turn);
        let (apart, direction) = (across * apart, ahead * cos + across * sin);
        draw_grain(gold, veins, frame, at(t) + apart, direction * ear.grain);
    }
    lines.smooth(frame, &[at(0.0), at(0.33), at(0.66), at(0.98)]);
}

/// A slender grain, pointed at both ends, and the line along its husk.
fn draw_grain(gold: &mut Sketch, veins: &mut Sketch, frame: Frame, base: V, direction: V) {
    let (ahead, across) = (direction, V(-direction.1, direction.0));
    let tip = base + ahead;
    gold.start(frame, base);
    gold.cubic(frame, base + ahead * 0.2 + across * HUSK, base + ahead * 0.68 + across * HUSK, tip);
    gold.cubic(frame, base + ahead * 0.68 - across * HUSK, base + ahead * 0.2 - across * HUSK, base);
    gold.close();
    veins.polyline(frame, &[base + ahead * 0.22, base + ahead * 0.82]);
}

/// From the tie, up between the two rows, to where the ear begins.
fn stalk(lines: &mut Sketch, frame: Frame, ear: &Ear) {
    const TURN: f64 = 19.0;
    let (from, to) = (TIE_END + 1.2, ear.degrees.0);
    let lane = ear.radius.0;
    lines.start(frame, right(ear.stalk, from));
    let bend = if to - TURN > from { to - TURN } else { from };
    if bend > from {
        lines.arc(frame, ear.stalk, 180.0 - from, 180.0 - bend, true);
    }
    let part = (to - bend) * 0.4;
    lines.cubic(frame, right(ear.stalk, bend + part), right(lane, to - part), right(lane, to));
}

/// A leaf from a base by way of a point that pulls it to a tip, pointed at both ends.
fn leaf(gold: &mut Sketch, frame: Frame, [base, pull, tip]: [V; 3], half: f64) {
    let along = tip - base;
    let length = libm::sqrt(along.0 * along.0 + along.1 * along.1);
    let across = V(-along.1, along.0) * (half / length);
    let (near, far) = (base + (pull - base) * 0.67, tip + (pull - tip) * 0.67);
    gold.start(frame, base);
    gold.cubic(frame, near + across, far + across, tip);
    gold.cubic(frame, far - across, near - across, base);
    gold.close();
}

/// The ribbon: the two parts with words, and on either side the tie about the sheaf and the tail that hangs from it. The parts
/// share their edges and never overlap, so that they stay clear in one ink.
fn ribbon(front: &mut Sketch, behind: &mut Sketch, frame: Frame) {
    strip(front, frame, BAND, BAND_END);
    strip(front, frame, PANEL, PANEL_END);
    for side in [frame, frame.mirrored()] {
        let (near, far) = (180.0 - BAND_END, 180.0 - 28.0);
        // the tail, notched at its end
        behind.arc(side, BAND.1, near, far, false);
        behind.line(side, right(1.035, 32.0));
        behind.line(side, right(1.1, 28.5));
        behind.cubic(side, right(1.112, 37.0), right(1.112, 46.0), right(1.085, BAND_END));
        behind.close();
        // the tie
        front.start(side, right(0.735, BAND_END + 1.5));
        front.cubic(side, right(0.76, BAND_END), right(0.78, BAND_END), right(BAND.0, BAND_END));
        front.line(side, right(1.1, BAND_END));
        front.cubic(side, right(1.08, BAND_END + 3.0), right(1.075, TIE_END - 3.0), right(1.085, TIE_END - 1.0));
        front.cubic(side, right(0.98, TIE_END - 1.5), right(0.86, TIE_END - 1.5), right(0.735, TIE_END + 1.0));
        front.cubic(side, right(0.745, TIE_END - 2.0), right(0.745, BAND_END + 4.0), right(0.735, BAND_END + 1.5));
        front.close();
    }
}

fn strip(sketch: &mut Sketch, frame: Frame, (inner, outer): (f64, f64), end: f64) {
    sketch.arc(frame, inner, 180.0 + end, 180.0 - end, false);
    sketch.line(frame, polar(outer, 180.0 - end));
    sketch.arc(frame, outer, 180.0 - end, 180.0 + end, true);
    sketch.close();
}

/// Words along a circle about the disc's middle, at the bottom, upright in the middle.
fn write(sketch: &mut Sketch, frame: Frame, words: &str, height: f64, radius: f64) {
    let degrees = 180.0 / core::f64::consts::PI * height / (radius - height / 2.0);
    letters::write(sketch, words, |x| {
        let angle = 180.0 - x * degrees;
        frame.moved(polar(radius, angle)).turned(angle + 180.0).scaled(height)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::art::curve::measure;
    use crate::length::Rect;

    const CENTRE: Point = Point::new(Emu::um(20_000), Emu::um(15_000));

    fn square(size: Emu) -> Rect {
        Rect::new(CENTRE.x - size / 2, CENTRE.y - size / 2, size, size)
    }

    #[test]
    fn it_is_sound_and_inside_its_square_from_8_to_60_mm() {
        for mm in [8, 14, 30, 60] {
            let size = Emu::um(mm * 1_000);
            for nodes in [emblem(CENTRE, size), emblem_one_ink(CENTRE, size, Ink::BackGold)] {
                measure::assert_sound(&nodes);
                assert!(square(size).contains(&measure::bounds(&nodes)));
                assert!(measure::segments(&nodes) < 1_700);
            }
        }
    }

    #[test]
    fn two_sheaves_have_five_ears_and_fifty_four_grains_each() {
        assert_eq!(EARS.iter().map(|ear| ear.grains).sum::<u32>(), 54);
    }

    #[test]
    fn left_and_right_are_alike() {
        let nodes = emblem_one_ink(CENTRE, Emu::um(14_000), Ink::BackGold);
        // all but the words, which come last
        let bounds = measure::bounds(&nodes[..nodes.len() - 1]);
        let lean = bounds.centre().x - CENTRE.x;
        assert!((-2..=2).contains(&lean.0), "{lean:?}");
    }

    #[test]
    fn one_ink_is_one_ink() {
        for node in emblem_one_ink(CENTRE, Emu::um(14_000), Ink::BackGold) {
            let (Node::Fill { ink, .. } | Node::Stroke { ink, .. }) = node else { panic!("shapes alone") };
            assert_eq!(ink, Ink::BackGold);
        }
    }

    #[test]
    fn every_coordinate_is_the_same_everywhere() {
        assert_eq!(measure::fingerprint(&emblem(CENTRE, Emu::um(14_000))), 0x33c1_ccc6_bd23_a12c);
    }
}
