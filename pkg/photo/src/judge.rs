//! What a person should look at again before the portrait is printed: sharpness, light, background. Warnings, never refusals.

use image::imageops;
use image::{RgbImage, SubImage};

use crate::make::cut;
use crate::scale::scaled;
use crate::{Crop, MIN_HEIGHT, MIN_WIDTH, Master, PhotoError, Picture};

/// What was measured, on the portrait scaled to 600 × 800 pixels so that the figures of any two are comparable.
///
/// "The face" is the middle of the picture, from 25 to 75 % across and 15 to 65 % down; "the border" its left and right tenth
/// down to the half, and its upper twentieth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Variance of the Laplacian (4 neighbours) of the face's luma, in squared steps of 0 to 255. Blurred pictures have little.
    pub sharpness: f64,
    /// Middle luma of the face, 0 to 255.
    pub light: u8,
    /// Share of the face that is darker than luma 16, 0 to 1.
    pub black: f64,
    /// Share of the face that is brighter than luma 250, 0 to 1.
    pub white: f64,
    /// Share of the border's pixels of which a channel is more than 28 steps from the middle of that side, 0 to 1.
    pub uneven: f64,
    /// Greatest difference of a channel between the middles of left side, right side and top, 0 to 255.
    pub apart: u8,
}

/// From where on a measure is doubtful. Data, so that an office can set its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Least [`Measures::sharpness`].
    pub sharpness: f64,
    /// Least [`Measures::light`].
    pub dark: u8,
    /// Greatest [`Measures::light`].
    pub bright: u8,
    /// Greatest [`Measures::black`].
    pub black: f64,
    /// Greatest [`Measures::white`].
    pub white: f64,
    /// Greatest [`Measures::uneven`].
    pub uneven: f64,
    /// Greatest [`Measures::apart`].
    pub apart: u8,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { sharpness: 20.0, dark: 60, bright: 225, black: 0.4, white: 0.1, uneven: 0.2, apart: 40 }
    }
}

/// What is thought of one of a portrait's qualities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Nothing to say.
    Good,
    /// A person should look again; the reason in one word.
    Doubtful(Reason),
}

/// Why a person should look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Out of focus, shaken, or enlarged from a smaller picture.
    Blurred,
    /// The face is dark, or much of it is black.
    TooDark,
    /// The face is bright, or parts of it are white.
    TooBright,
    /// The background is not of one colour.
    UnevenBackground,
    /// The background is of one colour on each side, but not of the same: a shadow, or light from one side.
    UnevenLight,
}

/// All verdicts, and what they rest on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// What was measured.
    pub measures: Measures,
    /// Whether the face is sharp.
    pub sharpness: Verdict,
    /// Whether the face is neither too dark nor too bright.
    pub exposure: Verdict,
    /// Whether the background is even.
    pub background: Verdict,
}

impl Judgement {
    /// The verdicts on these measures.
    pub fn new(measures: Measures, least: &Thresholds) -> Self {
        let doubtful = |reason: Option<Reason>| reason.map_or(Verdict::Good, Verdict::Doubtful);
        let Measures { sharpness, light, black, white, uneven, apart } = measures;
        Self {
            measures,
            sharpness: doubtful((sharpness < least.sharpness).then_some(Reason::Blurred)),
            exposure: doubtful(if light < least.dark || black > least.black {
                Some(Reason::TooDark)
            } else if light > least.bright || white > least.white {
                Some(Reason::TooBright)
            } else {
                None
            }),
            background: doubtful(if uneven > least.uneven {
                Some(Reason::UnevenBackground)
            } else if apart > least.apart {
                Some(Reason::UnevenLight)
            } else {
                None
            }),
        }
    }
}

/// Judges what would become the portrait, while it is still being cropped.
///
/// # Errors
/// [`PhotoError::CropOutside`] where the crop was made for a picture of another size.
pub fn judge(picture: &Picture, crop: Crop, least: &Thresholds) -> Result<Judgement, PhotoError> {
    Ok(Judgement::new(Measures::of(&cut(picture, crop, MIN_WIDTH)?), least))
}

impl Master {
    /// Judges the portrait as it arrived.
    ///
    /// # Errors
    /// [`PhotoError::Damaged`] where its pixels cannot be decoded; a master was decoded once before it came to be.
    pub fn judge(&self, least: &Thresholds) -> Result<Judgement, PhotoError> {
        Ok(Judgement::new(Measures::of(&self.pixels()?), least))
    }
}

impl Measures {
    /// Of a portrait of 3:4, at least 600 × 800.
    fn of(portrait: &RgbImage) -> Self {
        let small;
        let portrait = if portrait.width() == MIN_WIDTH {
            portrait
        } else {
            small = scaled(portrait, (0, 0, portrait.width(), portrait.height()), MIN_WIDTH, MIN_HEIGHT);
            &small
        };
        let part = |x: u32, y: u32, width: u32, height: u32| {
            let [x, width] = [x, width].map(|share| share * MIN_WIDTH / 100);
            let [y, height] = [y, height].map(|share| share * MIN_HEIGHT / 100);
            SubImage::new(portrait, x, y, width, height).to_image()
        };
        let face = imageops::grayscale(&part(25, 15, 50, 50));
        let lumas = face.as_raw();
        let share = |counts: fn(&&u8) -> bool| lumas.iter().filter(counts).count() as f64 / lumas.len() as f64;
        let sides = [part(0, 0, 10, 50), part(90, 0, 10, 50), part(10, 0, 80, 5)];
        let middles = sides.each_ref().map(middle);
        let far =
            |side: &RgbImage, middle: [u8; 3]| side.pixels().filter(|pixel| distance(pixel.0, middle) > 28).count();
        let (mut uneven, mut all) = (0, 0);
        for (side, middle) in sides.iter().zip(middles) {
            uneven += far(side, middle);
            all += (side.width() * side.height()) as usize;
        }
        Self {
            sharpness: laplacian_variance(&face),
            light: median(lumas.clone()),
            black: share(|luma| **luma < 16),
            white: share(|luma| **luma > 250),
            uneven: uneven as f64 / all as f64,
            apart: distance(middles[0], middles[1])
                .max(distance(middles[0], middles[2]))
                .max(distance(middles[1], middles[2])),
        }
    }
}

fn laplacian_variance(luma: &image::GrayImage) -> f64 {
    let (mut sum, mut squares, mut count) = (0i64, 0i64, 0i64);
    let at = |x: u32, y: u32| i64::from(luma.get_pixel(x, y).0[0]);
    for y in 1..luma.height() - 1 {
        for x in 1..luma.width() - 1 {
            let value = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y);
            (sum, squares, count) = (sum + value, squares + value * value, count + 1);
        }
    }
    let mean = sum as f64 / count as f64;
    squares as f64 / count as f64 - mean * mean
}

/// Per channel, the value that half of the pixels do not exceed.
fn middle(side: &RgbImage) -> [u8; 3] {
    [0, 1, 2].map(|channel| median(side.pixels().map(|pixel| pixel.0[channel]).collect()))
}

fn median(mut values: Vec<u8>) -> u8 {
    let half = values.len() / 2;
    *values.select_nth_unstable(half).1
}

/// Greatest difference of a channel.
fn distance(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.into_iter().zip(other).map(|(one, other)| one.abs_diff(other)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::make;
    use crate::sample::{BACKGROUND, portrait, saved};
    use image::{ImageFormat, Rgb};

    fn judged(pixels: &RgbImage) -> Judgement {
        let picture = Picture::read(&saved(pixels, ImageFormat::Png)).expect("readable");
        let crop = Crop::largest_centred(picture.frame());
        let judgement = judge(&picture, crop, &Thresholds::default()).expect("of this picture");
        // the server sees the same, after the master's own small losses
        let arrived = make(&picture, crop).expect("a portrait").judge(&Thresholds::default()).expect("decodable");
        let verdicts = |of: &Judgement| (of.sharpness, of.exposure, of.background);
        assert_eq!(verdicts(&arrived), verdicts(&judgement), "{arrived:?} {judgement:?}");
        judgement
    }

    #[test]
    fn a_good_portrait_is_good() {
        let good = judged(&portrait(1200, 1600, 500, 400));
        assert_eq!((good.sharpness, good.exposure, good.background), (Verdict::Good, Verdict::Good, Verdict::Good));
    }

    #[test]
    fn a_blurred_one_is_noticed() {
        let blurred = judged(&imageops::fast_blur(&portrait(1200, 1600, 500, 400), 6.0));
        assert_eq!(blurred.sharpness, Verdict::Doubtful(Reason::Blurred), "{:?}", blurred.measures);
        assert_eq!((blurred.exposure, blurred.background), (Verdict::Good, Verdict::Good));
    }

    #[test]
    fn too_little_and_too_much_light_is_noticed() {
        let mut dark = portrait(600, 800, 500, 400);
        dark.iter_mut().for_each(|value| *value /= 4);
        assert_eq!(judged(&dark).exposure, Verdict::Doubtful(Reason::TooDark));
        let mut bright = portrait(600, 800, 500, 400);
        bright.iter_mut().for_each(|value| *value = value.saturating_add(120));
        assert_eq!(judged(&bright).exposure, Verdict::Doubtful(Reason::TooBright));
    }

    #[test]
    fn a_wall_of_bricks_and_a_shadow_are_noticed() {
        let behind = |change: fn(u32, u32, &mut Rgb<u8>)| {
            let mut pixels = portrait(600, 800, 500, 400);
            let background = |pixel: &Rgb<u8>| distance(pixel.0, BACKGROUND) < 10;
            pixels
                .enumerate_pixels_mut()
                .filter(|(_, _, pixel)| background(pixel))
                .for_each(|(x, y, p)| change(x, y, p));
            judged(&pixels).background
        };
        let bricks = behind(|x, y, pixel| {
            if (x / 40 + y / 30) % 2 == 0 {
                pixel.0 = [120, 60, 40];
            }
        });
        assert_eq!(bricks, Verdict::Doubtful(Reason::UnevenBackground));
        let shadow = behind(|x, _, pixel| {
            if x > 300 {
                pixel.0 = pixel.0.map(|value| value / 2);
            }
        });
        assert_eq!(shadow, Verdict::Doubtful(Reason::UnevenLight));
    }

    #[test]
    fn a_single_colour_has_neither_edges_nor_unevenness() {
        let flat = Measures::of(&RgbImage::from_pixel(600, 800, Rgb([128; 3])));
        let none = Measures { sharpness: 0.0, light: 128, black: 0.0, white: 0.0, uneven: 0.0, apart: 0 };
        assert_eq!(flat, none);
    }

    /// Lines one pixel wide, two apart: worked out by hand.
    #[test]
    fn sharpness_is_the_variance_of_the_laplacian() {
        let lines = image::GrayImage::from_fn(6, 5, |x, _| image::Luma([if x % 2 == 0 { 0 } else { 10 }]));
        // each inner pixel is ±20 in equal numbers
        assert_eq!(laplacian_variance(&lines), 400.0);
    }
}
