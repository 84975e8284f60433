//! Where the portrait probably is: a first crop that a person then moves.

use image::imageops;
use image::{Rgb, RgbImage};

use crate::{Crop, Picture};

/// Longest side of the small picture that is looked at.
const LOOKED_AT: u32 = 160;
/// Head room above the highest point of the head, in hundredths of the crop's height.
const HEAD_ROOM: u32 = 8;
/// A pixel belongs to the person where a channel differs by more than this from the background.
const DIFFERS: u8 = 40;
/// A row belongs to the person where at least this many hundredths of it do.
const ROW_SHARE: usize = 8;

impl Crop {
    /// The largest crop, placed where a head before a plain background seems to be: [`HEAD_ROOM`] above its highest point,
    /// and in the middle of it. Where the upper corners do not look like one background, it is in the middle, and of a tall
    /// picture a quarter of what is left over is cut off above and three quarters below.
    pub fn suggested(picture: &Picture) -> Self {
        let largest = Self::largest_centred(picture.frame());
        match head(picture) {
            Some((middle, top)) => {
                let room = i64::from(largest.height() * HEAD_ROOM / 100);
                largest.placed(i64::from(middle) - i64::from(largest.width() / 2), i64::from(top) - room)
            }
            None => largest.placed(largest.x().into(), i64::from(largest.y() / 2)),
        }
    }
}

/// Middle and highest point, in source pixels, of what stands before the background.
fn head(picture: &Picture) -> Option<(u32, u32)> {
    let frame = picture.frame();
    let long = frame.width().max(frame.height());
    let share = |side: u32| (side * LOOKED_AT / long).max(1);
    let small = imageops::thumbnail(picture.pixels(), share(frame.width()), share(frame.height()));
    let background = background(&small)?;
    let belongs = |x: u32, y: u32| differs(small.get_pixel(x, y), &background);
    let columns = |y: u32| (0..small.width()).filter(move |x| belongs(*x, y));
    let full = |y: &u32| columns(*y).count() * 100 >= small.width() as usize * ROW_SHARE;
    let top = (0..small.height()).find(|y| full(y))?;
    // the head alone: of a sitting person's height, shoulders begin below an eighth
    let of_head = top..(top + small.height() / 8).min(small.height());
    let mut across: Vec<u32> = of_head.flat_map(columns).collect();
    across.sort_unstable();
    let middle = *across.get(across.len() / 2)?;
    Some((middle * frame.width() / small.width(), top * frame.height() / small.height()))
}

/// The colour of the two upper corners, where they are of one colour.
fn background(small: &RgbImage) -> Option<Rgb<u8>> {
    let (wide, high) = ((small.width() / 10).max(1), (small.height() / 10).max(1));
    let corner = |from: u32| {
        let mut colour = [0; 3];
        for (channel, found) in colour.iter_mut().enumerate() {
            let mut values: Vec<u8> =
                (from..from + wide).flat_map(|x| (0..high).map(move |y| small.get_pixel(x, y).0[channel])).collect();
            values.sort_unstable();
            *found = values[values.len() / 2];
        }
        Rgb(colour)
    };
    let (left, right) = (corner(0), corner(small.width() - wide));
    (!differs(&left, &right)).then_some(left)
}

fn differs(one: &Rgb<u8>, other: &Rgb<u8>) -> bool {
    one.0.iter().zip(other.0).any(|(one, other)| one.abs_diff(other) > DIFFERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{portrait, saved};
    use image::ImageFormat;

    fn suggested(pixels: &RgbImage) -> Crop {
        Crop::suggested(&Picture::read(&saved(pixels, ImageFormat::Png)).expect("readable"))
    }

    #[test]
    fn a_head_beside_the_middle_is_found() {
        let crop = suggested(&portrait(1600, 1200, 350, 400));
        let middle = crop.x() + crop.width() / 2;
        assert!(middle.abs_diff(560) < 40, "{crop:?}");
    }

    #[test]
    fn head_room_is_left() {
        // eyes at 900, a head's half height is 480: the hair begins at 420
        let crop = suggested(&portrait(900, 2400, 500, 375));
        let room = 420 - crop.y();
        assert!(room.abs_diff(crop.height() * HEAD_ROOM / 100) < 40, "{crop:?}");
    }

    #[test]
    fn before_two_colours_it_is_placed_by_rule() {
        let halves = RgbImage::from_fn(600, 1600, |x, _| Rgb([if x < 300 { 0 } else { 255 }; 3]));
        let crop = suggested(&halves);
        assert_eq!((crop.x(), crop.y(), crop.width()), (0, 200, 600));
        let even = suggested(&RgbImage::from_pixel(600, 1600, Rgb([200; 3])));
        assert_eq!(even, crop);
    }
}
