//! Colours by name. 838/QĐ-BNV gives words and no values (C27): each name has a value for the screen and one for the press, and a
//! province may set its own.

/// What something is printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ink {
    /// Text and QR code: the black plate alone.
    Black,
    /// The plate behind the QR code and the photo's frame.
    White,
    /// Nền vàng: the front's ground.
    Ground,
    /// Hoa văn trống đồng: the bronze drum on that ground.
    Pattern,
    /// The finer lines of that ground: guilloche and microtext.
    Fine,
    /// Đỏ đun: the back's ground.
    BackGround,
    /// Lines on the back's ground.
    BackFine,
    /// Vàng: emblem and name on the back.
    BackGold,
    /// Vạch đỏ: leaders of department level and up.
    StripeRed,
    /// Vạch xanh da trời đậm: civil servants and public employees.
    StripeBlue,
    /// Vạch xanh cốm: contract staff, part-time commune workers, others.
    StripeGreen,
    /// Quốc huy: its red ground and ribbons.
    EmblemRed,
    /// Quốc huy: where the ribbon turns away.
    EmblemShade,
    /// Quốc huy: star, ears of rice, cogwheel, letters.
    EmblemGold,
    /// Quốc huy: the lines that part its golden pieces.
    EmblemLine,
    /// A colour out of somebody's artwork.
    Plain([u8; 3]),
}

/// Red, green and blue of the screen; cyan, magenta, yellow and black of the press, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// sRGB.
    pub rgb: [u8; 3],
    /// Percent of each plate, 0 to 100.
    pub cmyk: [u8; 4],
}

impl Ink {
    /// Every ink that has a name.
    pub const NAMED: [Self; 15] = [
        Self::Black,
        Self::White,
        Self::Ground,
        Self::Pattern,
        Self::Fine,
        Self::BackGround,
        Self::BackFine,
        Self::BackGold,
        Self::StripeRed,
        Self::StripeBlue,
        Self::StripeGreen,
        Self::EmblemRed,
        Self::EmblemShade,
        Self::EmblemGold,
        Self::EmblemLine,
    ];

    /// Name in files; `None` for a colour out of artwork.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Ink::Black => "black",
            Ink::White => "white",
            Ink::Ground => "ground",
            Ink::Pattern => "pattern",
            Ink::Fine => "fine",
            Ink::BackGround => "back_ground",
            Ink::BackFine => "back_fine",
            Ink::BackGold => "back_gold",
            Ink::StripeRed => "stripe_red",
            Ink::StripeBlue => "stripe_blue",
            Ink::StripeGreen => "stripe_green",
            Ink::EmblemRed => "emblem_red",
            Ink::EmblemShade => "emblem_shade",
            Ink::EmblemGold => "emblem_gold",
            Ink::EmblemLine => "emblem_line",
            Ink::Plain(_) => return None,
        })
    }

    /// The colour that is used where nobody set another.
    pub const fn colour(self) -> Colour {
        let (rgb, cmyk) = match self {
            Ink::Black => ([0, 0, 0], [0, 0, 0, 100]),
            Ink::White => ([255, 255, 255], [0, 0, 0, 0]),
            Ink::Ground => ([255, 233, 138], [0, 7, 55, 0]),
            Ink::Pattern => ([246, 214, 98], [2, 14, 72, 0]),
            Ink::Fine => ([240, 201, 74], [4, 19, 82, 0]),
            Ink::BackGround => ([140, 29, 24], [25, 100, 100, 25]),
            Ink::BackFine => ([156, 43, 34], [22, 95, 98, 18]),
            Ink::BackGold => ([255, 214, 64], [0, 14, 85, 0]),
            Ink::StripeRed => ([200, 16, 28], [0, 100, 95, 10]),
            Ink::StripeBlue => ([0, 104, 183], [100, 50, 0, 0]),
            Ink::StripeGreen => ([140, 190, 60], [45, 0, 95, 0]),
            Ink::EmblemRed => ([218, 37, 29], [0, 95, 100, 0]),
            Ink::EmblemShade => ([170, 20, 16], [10, 100, 100, 25]),
            Ink::EmblemGold => ([255, 214, 0], [0, 12, 100, 0]),
            Ink::EmblemLine => ([196, 128, 0], [10, 45, 100, 10]),
            Ink::Plain(rgb) => return Colour { rgb, cmyk: naive_cmyk(rgb) },
        };
        Colour { rgb, cmyk }
    }
}

/// The colours of the named inks: a province's own where it set them, else [`Ink::colour`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette([Colour; Ink::NAMED.len()]);

impl Palette {
    /// Where nobody set anything.
    pub const DEFAULT: Self = {
        let mut colours = [Ink::Black.colour(); Ink::NAMED.len()];
        let mut at = 0;
        while at < colours.len() {
            colours[at] = Ink::NAMED[at].colour();
            at += 1;
        }
        Self(colours)
    };

    /// What an ink is printed as.
    pub fn colour(&self, ink: Ink) -> Colour {
        let at = Ink::NAMED.iter().position(|named| *named == ink);
        at.and_then(|at| self.0.get(at).copied()).unwrap_or(ink.colour())
    }

    /// Sets an ink; a colour out of artwork stays what it is.
    pub fn set(&mut self, ink: Ink, colour: Colour) {
        if let Some(at) = Ink::NAMED.iter().position(|named| *named == ink) {
            self.0[at] = colour;
        }
    }
}

impl Default for Palette {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Cyan, magenta, yellow and black by undercolour removal, for artwork that came without values for the press.
const fn naive_cmyk([r, g, b]: [u8; 3]) -> [u8; 4] {
    let (r, g, b) = (r as u32, g as u32, b as u32);
    let most = if r > g { r } else { g };
    let most = if most > b { most } else { b };
    if most == 0 {
        return [0, 0, 0, 100];
    }
    [plate(most, r), plate(most, g), plate(most, b), ((255 - most) * 100 / 255) as u8]
}

/// What is missing of the brightest, in percent.
const fn plate(most: u32, value: u32) -> u8 {
    ((most - value) * 100 / most) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_palette_changes_the_inks_that_it_names_and_no_others() {
        for ink in Ink::NAMED {
            assert_eq!(Palette::default().colour(ink), ink.colour());
            let mut palette = Palette::default();
            let other = Colour { rgb: [1, 2, 3], cmyk: [4, 5, 6, 7] };
            palette.set(ink, other);
            palette.set(Ink::Plain([9; 3]), other);
            let changed: Vec<Ink> = Ink::NAMED.into_iter().filter(|it| palette.colour(*it) != it.colour()).collect();
            assert_eq!(changed, [ink]);
            assert_eq!(palette.colour(Ink::Plain([9; 3])).rgb, [9; 3]);
        }
        let names: std::collections::BTreeSet<_> = Ink::NAMED.iter().map(|ink| ink.name()).collect();
        assert_eq!(names.len(), Ink::NAMED.len());
    }

    #[test]
    fn text_and_code_use_the_black_plate_alone() {
        assert_eq!(Ink::Black.colour().cmyk, [0, 0, 0, 100]);
        assert_eq!(Ink::Plain([0, 0, 0]).colour().cmyk, [0, 0, 0, 100]);
        assert_eq!(Ink::Plain([255, 255, 255]).colour().cmyk, [0, 0, 0, 0]);
        assert_eq!(Ink::Plain([255, 0, 0]).colour().cmyk, [0, 100, 100, 0]);
    }
}
