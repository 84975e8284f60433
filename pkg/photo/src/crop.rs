//! The part of a picture that becomes the portrait, and how a person moves it. Pure arithmetic on source pixels: a mouse, a
//! finger and a keyboard all end here.

use crate::PhotoError;

/// Least width of a portrait in pixels (C28: 3:4 master ≥ 600 px wide).
pub const MIN_WIDTH: u32 = 3 * MIN_UNIT;
/// Least height of a portrait in pixels (C28).
pub const MIN_HEIGHT: u32 = 4 * MIN_UNIT;
/// Every crop is 3 units wide and 4 units high, so that it is exactly 3:4.
const MIN_UNIT: u32 = 200;

/// Size of a picture, in pixels, that at least one portrait fits into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    width: u32,
    height: u32,
}

impl Frame {
    /// A picture of this size in pixels.
    ///
    /// # Errors
    /// [`PhotoError::TooFewPixels`] where it is narrower than [`MIN_WIDTH`] or lower than [`MIN_HEIGHT`].
    pub const fn new(width: u32, height: u32) -> Result<Self, PhotoError> {
        if width < MIN_WIDTH || height < MIN_HEIGHT {
            // C28
            return Err(PhotoError::TooFewPixels { width, height, min_width: MIN_WIDTH, min_height: MIN_HEIGHT });
        }
        Ok(Self { width, height })
    }

    /// Width in pixels.
    pub const fn width(self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub const fn height(self) -> u32 {
        self.height
    }

    /// Units of the largest crop.
    const fn max_unit(self) -> u32 {
        let (by_width, by_height) = (self.width / 3, self.height / 4);
        if by_width < by_height { by_width } else { by_height }
    }
}

/// A rectangle of exactly 3:4 within a picture, at least [`MIN_WIDTH`] × [`MIN_HEIGHT`]; in source pixels, from the top left.
///
/// Every change is clamped: there is no way to move it out of the picture or to make it too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Crop {
    frame: Frame,
    x: u32,
    y: u32,
    unit: u32,
}

/// What a key does to the crop. A small step (with Shift held, say) is one pixel, or 1 % of the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The crop moves left by 1/20 of its width.
    Left,
    /// Moves right by 1/20 of its width.
    Right,
    /// Moves up by 1/20 of its width.
    Up,
    /// Moves down by 1/20 of its width.
    Down,
    /// Becomes smaller by 1/20 about its centre, so that the face becomes larger.
    In,
    /// Becomes larger by 1/20 about its centre.
    Out,
}

impl Crop {
    /// The crop at `x`, `y` of `width` × `height`, as a form or an editor sends it.
    ///
    /// # Errors
    /// [`PhotoError::CropNotThreeToFour`], [`PhotoError::CropTooSmall`], [`PhotoError::CropOutside`].
    pub const fn new(x: u32, y: u32, width: u32, height: u32, frame: Frame) -> Result<Self, PhotoError> {
        if width as u64 * 4 != height as u64 * 3 {
            return Err(PhotoError::CropNotThreeToFour { width, height });
        }
        if width < MIN_WIDTH {
            return Err(PhotoError::CropTooSmall { width, height, min_width: MIN_WIDTH, min_height: MIN_HEIGHT });
        }
        if x as u64 + width as u64 > frame.width as u64 || y as u64 + height as u64 > frame.height as u64 {
            return Err(PhotoError::CropOutside { width: frame.width, height: frame.height });
        }
        Ok(Self { frame, x, y, unit: width / 3 })
    }

    /// The largest crop, in the middle.
    pub const fn largest_centred(frame: Frame) -> Self {
        let unit = frame.max_unit();
        Self { frame, x: (frame.width - 3 * unit) / 2, y: (frame.height - 4 * unit) / 2, unit }
    }

    /// The picture's size.
    pub const fn frame(self) -> Frame {
        self.frame
    }

    /// Left edge.
    pub const fn x(self) -> u32 {
        self.x
    }

    /// Top edge.
    pub const fn y(self) -> u32 {
        self.y
    }

    /// Width.
    pub const fn width(self) -> u32 {
        3 * self.unit
    }

    /// Height, 4/3 of the width.
    pub const fn height(self) -> u32 {
        4 * self.unit
    }

    /// Moved by so many source pixels, as far as the picture reaches.
    #[must_use]
    pub fn panned(self, right: i32, down: i32) -> Self {
        self.placed(i64::from(self.x) + i64::from(right), i64::from(self.y) + i64::from(down))
    }

    /// `factor` times as large (below 1: the face grows), with the source pixel `about` staying where it stands within the
    /// crop as far as the picture's edges let it. A factor that is no positive number changes nothing.
    #[must_use]
    pub fn zoomed(self, factor: f64, about: (u32, u32)) -> Self {
        if factor.is_nan() || factor <= 0.0 {
            return self;
        }
        // `as` saturates, also at infinity
        self.with_unit((f64::from(self.unit) * factor).round() as u32, about)
    }

    /// How far it is zoomed in, in thousandths of the way from the largest crop (0) to the least (1000); a slider's value.
    pub fn zoom(self) -> u32 {
        let (most, range) = (self.frame.max_unit(), self.frame.max_unit() - MIN_UNIT);
        ((most - self.unit) * 1000 + range / 2).checked_div(range).unwrap_or(0)
    }

    /// The crop with this [`zoom`](Self::zoom), about its centre.
    #[must_use]
    pub fn with_zoom(self, thousandths: u32) -> Self {
        let most = self.frame.max_unit();
        let unit = most - ((most - MIN_UNIT) * thousandths.min(1000) + 500) / 1000;
        self.with_unit(unit, self.centre())
    }

    /// After a key. `small` for the finer step.
    #[must_use]
    pub fn stepped(self, step: Step, small: bool) -> Self {
        let far = if small { 1 } else { i32::try_from(self.width() / 20).unwrap_or(i32::MAX) };
        let by = (self.unit / if small { 100 } else { 20 }).max(1);
        match step {
            Step::Left => self.panned(-far, 0),
            Step::Right => self.panned(far, 0),
            Step::Up => self.panned(0, -far),
            Step::Down => self.panned(0, far),
            Step::In => self.with_unit(self.unit - by, self.centre()),
            Step::Out => self.with_unit(self.unit + by, self.centre()),
        }
    }

    /// The same size with its top left corner as near to `x`, `y` as the picture lets it.
    #[must_use]
    pub(crate) fn placed(self, x: i64, y: i64) -> Self {
        let within = |wanted: i64, room: u32| u32::try_from(wanted.clamp(0, i64::from(room))).unwrap_or(0);
        let (x, y) = (within(x, self.frame.width - self.width()), within(y, self.frame.height - self.height()));
        Self { x, y, ..self }
    }

    fn centre(self) -> (u32, u32) {
        (self.x + self.width() / 2, self.y + self.height() / 2)
    }

    fn with_unit(self, unit: u32, about: (u32, u32)) -> Self {
        let unit = unit.clamp(MIN_UNIT, self.frame.max_unit());
        let edge = |edge: u32, about: u32| {
            let (edge, about) = (i64::from(edge), i64::from(about));
            // round half up, so that zooming in and out again ends where it began more often than not
            let (distance, old) = ((about - edge) * i64::from(unit), i64::from(self.unit));
            about - (2 * distance + old).div_euclid(2 * old)
        };
        let (x, y) = (edge(self.x, about.0), edge(self.y, about.1));
        Self { unit, ..self }.placed(x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(width: u32, height: u32) -> Frame {
        Frame::new(width, height).expect("large enough")
    }

    #[test]
    fn the_largest_crop_touches_two_sides() {
        let wide = Crop::largest_centred(frame(4000, 3000));
        assert_eq!((wide.x(), wide.y(), wide.width(), wide.height()), (875, 0, 2250, 3000));
        let tall = Crop::largest_centred(frame(3000, 5000));
        assert_eq!((tall.x(), tall.y(), tall.width(), tall.height()), (0, 500, 3000, 4000));
    }

    #[test]
    fn too_small_a_picture_has_no_crop() {
        let few = |width, height| PhotoError::TooFewPixels { width, height, min_width: 600, min_height: 800 };
        assert_eq!(Frame::new(1, 1), Err(few(1, 1)));
        assert_eq!(Frame::new(599, 4000), Err(few(599, 4000)));
        assert_eq!(Frame::new(4000, 799), Err(few(4000, 799)));
        assert!(Frame::new(600, 800).is_ok());
    }

    #[test]
    fn what_a_form_sends_is_checked() {
        let frame = frame(1200, 1600);
        assert!(Crop::new(300, 400, 900, 1200, frame).is_ok());
        assert_eq!(Crop::new(301, 400, 900, 1200, frame), Err(PhotoError::CropOutside { width: 1200, height: 1600 }));
        assert!(matches!(Crop::new(u32::MAX, 0, 600, 800, frame), Err(PhotoError::CropOutside { .. })));
        assert!(matches!(Crop::new(0, 0, 597, 796, frame), Err(PhotoError::CropTooSmall { .. })));
        assert!(matches!(Crop::new(0, 0, 0, 0, frame), Err(PhotoError::CropTooSmall { .. })));
        assert!(matches!(Crop::new(0, 0, 800, 1066, frame), Err(PhotoError::CropNotThreeToFour { .. })));
    }

    #[test]
    fn the_point_under_the_pointer_stays() {
        let crop = Crop::new(1000, 1000, 1200, 1600, frame(6000, 4000)).expect("valid");
        let zoomed = crop.zoomed(0.5, (1300, 1400));
        // a quarter of the way across and down before and after
        assert_eq!((zoomed.x(), zoomed.y(), zoomed.width()), (1150, 1200, 600));
        assert_eq!(zoomed.zoomed(2.0, (1300, 1400)), crop);
    }

    #[test]
    fn keys_step_by_a_twentieth_or_by_a_pixel() {
        let crop = Crop::new(1000, 1000, 1200, 1600, frame(6000, 4000)).expect("valid");
        assert_eq!(crop.stepped(Step::Right, false).x(), 1060);
        assert_eq!(crop.stepped(Step::Up, true).y(), 999);
        assert_eq!(crop.stepped(Step::In, false).width(), 1140);
        assert_eq!(crop.stepped(Step::Out, true).width(), 1212);
    }

    #[test]
    fn where_only_one_size_fits_the_slider_stands_still() {
        let crop = Crop::largest_centred(frame(600, 800));
        assert_eq!((crop.zoom(), crop.with_zoom(1000), crop.stepped(Step::In, false)), (0, crop, crop));
    }

    fn any_crop() -> impl Strategy<Value = Crop> {
        let frame = (600u32..12_000, 800u32..12_000).prop_map(|(width, height)| frame(width, height));
        (frame, any::<i32>(), any::<i32>(), 0u32..=1000)
            .prop_map(|(frame, right, down, zoom)| Crop::largest_centred(frame).with_zoom(zoom).panned(right, down))
    }

    proptest! {
        #[test]
        fn no_change_leaves_the_picture(
            crop in any_crop(), right: i32, down: i32, factor: f64, about: (u32, u32), zoom: u32, small: bool,
        ) {
            let mut all = vec![crop, crop.panned(right, down), crop.zoomed(factor, about), crop.with_zoom(zoom)];
            all.extend([Step::Left, Step::Right, Step::Up, Step::Down, Step::In, Step::Out].map(|step| crop.stepped(step, small)));
            for crop in all {
                let again = Crop::new(crop.x(), crop.y(), crop.width(), crop.height(), crop.frame());
                prop_assert_eq!(again, Ok(crop));
            }
        }

        #[test]
        fn a_slider_comes_back_to_its_value(crop in any_crop(), zoom in 0u32..=1000) {
            let range = crop.frame().max_unit() - 200;
            prop_assume!(range > 1000);
            prop_assert_eq!(crop.with_zoom(zoom).zoom(), zoom);
        }

        #[test]
        fn panning_there_and_back_within_the_picture(crop in any_crop(), right in -500i32..500, down in -500i32..500) {
            let there = crop.panned(right, down);
            prop_assert_eq!(there.panned(
                i32::try_from(i64::from(crop.x()) - i64::from(there.x())).unwrap(),
                i32::try_from(i64::from(crop.y()) - i64::from(there.y())).unwrap(),
            ), crop);
        }
    }
}
