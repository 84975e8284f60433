//! QR codes in a picture, as a camera or a file brings it: the same reader on the server and in the browser.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

/// A picture whose longer side has more pixels than that is looked at in this size first: a code that is held before a camera fills much of it.
const LOOKED_AT: usize = 1_600;

/// Pixels in shades of grey, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    width: usize,
    height: usize,
    luma: Vec<u8>,
}

impl Grey {
    /// Of pixels with that many bytes each, of which the first three are red, green and blue. `None` where there are not as many as the size says.
    pub fn of_rgb(width: usize, height: usize, bytes: &[u8], each: usize) -> Option<Self> {
        let fits = each >= 3 && width.checked_mul(height)?.checked_mul(each)? == bytes.len() && !bytes.is_empty();
        let luma = bytes.chunks_exact(each.max(1)).map(|pixel| match pixel {
            // ITU-R BT.601, in 256ths
            [red, green, blue, ..] => {
                let sum = 77 * u32::from(*red) + 150 * u32::from(*green) + 29 * u32::from(*blue);
                u8::try_from(sum >> 8).unwrap_or(u8::MAX)
            }
            _ => 0,
        });
        fits.then(|| Grey { width, height, luma: luma.collect() })
    }

    /// What the codes in it say, each once: looked for in a size that is quick to look through, then in its own.
    pub fn texts(&self) -> Vec<String> {
        let by = self.width.max(self.height).div_ceil(LOOKED_AT);
        let found = if by > 1 { self.smaller(by).read() } else { Vec::new() };
        if found.is_empty() { self.read() } else { found }
    }

    fn read(&self) -> Vec<String> {
        let shade = |column: usize, row: usize| self.luma.get(row * self.width + column).copied().unwrap_or(u8::MAX);
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, shade);
        let mut texts: Vec<String> = Vec::new();
        for grid in picture.detect_grids() {
            match grid.decode() {
                Ok((_, text)) if !texts.contains(&text) => texts.push(text),
                _ => {}
            }
        }
        texts
    }

    /// Squares of so many pixels a side become one of their mean shade.
    fn smaller(&self, by: usize) -> Self {
        let (width, height) = ((self.width / by).max(1), (self.height / by).max(1));
        let mean = |at: usize| {
            let (left, top) = ((at % width) * by, (at / width) * by);
            let rows = (top..(top + by).min(self.height)).flat_map(|row| {
                let from = row * self.width;
                self.luma.get(from + left..(from + left + by).min(from + self.width)).unwrap_or_default()
            });
            let (sum, count) = rows.fold((0_usize, 0), |(sum, count), shade| (sum + usize::from(*shade), count + 1));
            u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)
        };
        Grey { width, height, luma: (0..width * height).map(mean).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "7hKq|Le Thi Binh|02/03/1990|Nu|046190001234|H57.10|SO NOI VU|Chuyen vien|the.example.vn";

    /// The code in modules of that many pixels, in the middle of a picture, in RGBA.
    fn drawn(module: usize, side: usize) -> Vec<u8> {
        let code = qrcode::QrCode::new(TEXT).unwrap();
        let (modules, dark) = (code.width(), code.to_colors());
        let from = (side - modules * module) / 2;
        let at = |position: usize| {
            let inside = position.checked_sub(from).map(|offset| offset / module);
            inside.filter(|nth| *nth < modules)
        };
        let shade = |pixel: usize| match (at(pixel % side), at(pixel / side)) {
            (Some(column), Some(row)) if dark[row * modules + column] == qrcode::Color::Dark => 30,
            _ => 240,
        };
        (0..side * side).flat_map(|pixel| [shade(pixel), shade(pixel), shade(pixel), 255]).collect()
    }

    #[test]
    fn a_code_is_read_small_in_a_picture_and_large() {
        for (module, side) in [(3, 400), (8, 900), (40, 3_000)] {
            let picture = Grey::of_rgb(side, side, &drawn(module, side), 4).unwrap();
            assert_eq!(picture.texts(), [TEXT], "{module} pixels a module");
        }
    }

    #[test]
    fn where_there_is_no_code_nothing_is_read() {
        let noise: Vec<u8> = (0..300_u32 * 300 * 3).map(|nth| (nth.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert_eq!(Grey::of_rgb(300, 300, &noise, 3).unwrap().texts(), Vec::<String>::new());
        assert_eq!(Grey::of_rgb(1, 1, &[0; 3], 3).unwrap().texts(), Vec::<String>::new());
        for (width, height, bytes, each) in [(0, 0, 0, 3), (2, 2, 11, 3), (1, 1, 2, 2), (usize::MAX, 2, 6, 3)] {
            assert_eq!(Grey::of_rgb(width, height, &vec![0; bytes], each), None);
        }
    }
}
