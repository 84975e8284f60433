//! Capital letters as single lines, for the words on the emblem's ribbon: as many as those words need, with their marks.

use super::curve::{Frame, Sketch, V};

/// Between two letters, in heights of a capital.
const SPACING: f64 = 0.28;
/// Between two words, without the letters' spacing.
const WORD: f64 = 0.34;

/// How far the words run, in heights of a capital.
pub(super) fn width(words: &str) -> f64 {
    words.chars().map(|letter| advance(letter) + SPACING).sum::<f64>() - SPACING
}

/// Draws words letter by letter. `frame_at` gives the frame of the letter whose middle is so far from the middle of the words, in
/// heights of a capital: origin on the base line, 1 as long as a capital is high.
pub(super) fn write(sketch: &mut Sketch, words: &str, frame_at: impl Fn(f64) -> Frame) {
    let mut x = -width(words) / 2.0;
    for character in words.chars() {
        let advance = advance(character);
        letter(sketch, frame_at(x + advance / 2.0), character);
        x += advance + SPACING;
    }
}

/// A letter without its marks, and its marks.
fn parts(letter: char) -> (char, &'static [Mark]) {
    match letter {
        'Ộ' => ('O', &[Mark::Circumflex, Mark::Dot]),
        'Ò' => ('O', &[Mark::Grave]),
        'Ã' => ('A', &[Mark::Tilde]),
        'Ủ' => ('U', &[Mark::Hook]),
        'Ĩ' => ('I', &[Mark::Tilde]),
        'Ệ' => ('E', &[Mark::Circumflex, Mark::Dot]),
        plain => (plain, &[]),
    }
}

fn advance(letter: char) -> f64 {
    match parts(letter).0 {
        'A' | 'V' => 0.76,
        'C' => 0.68,
        'E' => 0.5,
        'G' => 0.74,
        'H' => 0.68,
        'I' => 0.02,
        'M' => 0.86,
        'N' => 0.7,
        'O' => 0.82,
        'T' => 0.64,
        'U' => 0.66,
        'X' => 0.68,
        _ => WORD,
    }
}

#[derive(Clone, Copy)]
enum Mark {
    Circumflex,
    Grave,
    Tilde,
    Hook,
    Dot,
}

fn letter(sketch: &mut Sketch, frame: Frame, letter: char) {
    let (base, marks) = parts(letter);
    let w = advance(letter) / 2.0;
    let round = frame.moved(V(0.0, -0.5)).stretched(w, 0.5);
    match base {
        'A' => {
            sketch.polyline(frame, &[V(-w, 0.0), V(0.0, -1.0), V(w, 0.0)]);
            sketch.polyline(frame, &[V(-w * 0.64, -0.36), V(w * 0.64, -0.36)]);
        }
        'C' => sketch.arc(round.moved(V(0.1, 0.0)).stretched(1.1, 1.0), 1.0, 40.0, -220.0, false),
        'E' => {
            sketch.polyline(frame, &[V(w, -1.0), V(-w, -1.0), V(-w, 0.0), V(w, 0.0)]);
            sketch.polyline(frame, &[V(-w, -0.52), V(w * 0.7, -0.52)]);
        }
        'G' => {
            sketch.arc(round, 1.0, 48.0, -225.0, false);
            sketch.line(frame, V(w, -0.42));
            sketch.line(frame, V(w * 0.2, -0.42));
        }
        'H' => {
            sketch.polyline(frame, &[V(-w, -1.0), V(-w, 0.0)]);
            sketch.polyline(frame, &[V(w, -1.0), V(w, 0.0)]);
            sketch.polyline(frame, &[V(-w, -0.52), V(w, -0.52)]);
        }
        'I' => sketch.polyline(frame, &[V(0.0, -1.0), V(0.0, 0.0)]),
        'M' => sketch.polyline(frame, &[V(-w, 0.0), V(-w * 0.86, -1.0), V(0.0, -0.22), V(w * 0.86, -1.0), V(w, 0.0)]),
        'N' => sketch.polyline(frame, &[V(-w, 0.0), V(-w, -1.0), V(w, 0.0), V(w, -1.0)]),
        'O' => sketch.circle(round, 1.0),
        'T' => {
            sketch.polyline(frame, &[V(-w, -1.0), V(w, -1.0)]);
            sketch.polyline(frame, &[V(0.0, -1.0), V(0.0, 0.0)]);
        }
        'U' => {
            sketch.polyline(frame, &[V(-w, -1.0), V(-w, -w)]);
            sketch.arc(frame.moved(V(0.0, -w)), w, 270.0, 90.0, true);
            sketch.line(frame, V(w, -1.0));
        }
        'V' => sketch.polyline(frame, &[V(-w, -1.0), V(0.0, 0.0), V(w, -1.0)]),
        'X' => {
            sketch.polyline(frame, &[V(-w, -1.0), V(w, 0.0)]);
            sketch.polyline(frame, &[V(w, -1.0), V(-w, 0.0)]);
        }
        _ => {}
    }
    for &kind in marks {
        mark(sketch, frame, kind);
    }
}

fn mark(sketch: &mut Sketch, frame: Frame, mark: Mark) {
    match mark {
        Mark::Circumflex => sketch.polyline(frame, &[V(-0.22, -1.2), V(0.0, -1.42), V(0.22, -1.2)]),
        Mark::Grave => sketch.polyline(frame, &[V(-0.16, -1.44), V(0.08, -1.22)]),
        Mark::Tilde => sketch.smooth(frame, &[V(-0.26, -1.22), V(-0.1, -1.36), V(0.1, -1.24), V(0.26, -1.38)]),
        Mark::Hook => {
            sketch.smooth(frame, &[V(-0.1, -1.44), V(0.06, -1.48), V(0.1, -1.38), V(0.0, -1.3), V(0.0, -1.2)]);
        }
        // a short line with round ends is a dot
        Mark::Dot => sketch.polyline(frame, &[V(-0.025, 0.27), V(0.025, 0.27)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::art::curve::measure;
    use crate::ink::Ink;
    use crate::length::{Emu, Point};

    #[test]
    fn every_letter_of_the_countrys_name_leaves_a_line() {
        for character in "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".chars().filter(|character| *character != ' ') {
            let mut sketch = Sketch::default();
            write(&mut sketch, &character.to_string(), |_| Frame::new(Point::default(), Emu::um(500)));
            let nodes: Vec<_> = sketch.stroked(Emu::um(80), Ink::EmblemGold).into_iter().collect();
            measure::assert_sound(&nodes);
        }
    }
}
