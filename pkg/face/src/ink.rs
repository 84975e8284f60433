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
    /// The colour that is used where nobody set another.
    pub fn colour(self) -> Colour {
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

/// Cyan, magenta, yellow and black by undercolour removal, for artwork that came without values for the press.
fn naive_cmyk([r, g, b]: [u8; 3]) -> [u8; 4] {
    let most = u32::from(r.max(g).max(b));
    if most == 0 {
        return [0, 0, 0, 100];
    }
    let plate = |value: u8| ((most - u32::from(value)) * 100 / most) as u8;
    [plate(r), plate(g), plate(b), ((255 - most) * 100 / 255) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_code_use_the_black_plate_alone() {
        assert_eq!(Ink::Black.colour().cmyk, [0, 0, 0, 100]);
        assert_eq!(Ink::Plain([0, 0, 0]).colour().cmyk, [0, 0, 0, 100]);
        assert_eq!(Ink::Plain([255, 255, 255]).colour().cmyk, [0, 0, 0, 0]);
        assert_eq!(Ink::Plain([255, 0, 0]).colour().cmyk, [0, 100, 100, 0]);
    }
}
