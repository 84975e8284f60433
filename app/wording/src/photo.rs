//! Of a portrait.

use contract::Lang;
use photo::{Judgement, OtherFormat, PhotoError, Reason, Verdict};

use crate::words::{photo_doubt, photo_fault as text};

/// Why a file or a crop is refused, and what to do.
pub fn fault(l: Lang, fault: &PhotoError) -> String {
    match *fault {
        PhotoError::Empty => text::empty(l).to_owned(),
        PhotoError::FileTooLarge { found, max } => text::file_too_large(l, megabytes(found), megabytes(max)),
        PhotoError::NotAPicture => text::not_a_picture(l).to_owned(),
        PhotoError::FormatNotTaken(OtherFormat::Heif) => text::heif(l).to_owned(),
        PhotoError::FormatNotTaken(format) => text::format(l, format),
        PhotoError::Truncated(format) => text::truncated(l, format),
        PhotoError::Damaged(format) => text::damaged(l, format),
        PhotoError::KindNotTaken(format) => text::kind(l, format),
        PhotoError::TooManyPixels { width, height, max } => {
            text::too_many_pixels(l, height, max.div_euclid(1_000_000), width)
        }
        PhotoError::SideTooLong { width, height, max } => text::side_too_long(l, height, max, width),
        PhotoError::TooFewPixels { width, height, min_width, min_height } => {
            text::too_few_pixels(l, height, min_height, min_width, width)
        }
        PhotoError::CropTooSmall { width, height, min_width, min_height } => {
            text::crop_too_small(l, height, min_height, min_width, width)
        }
        PhotoError::CropNotThreeToFour { width, height } => text::crop_shape(l, height, width),
        PhotoError::CropOutside { width, height } => text::crop_outside(l, height, width),
        PhotoError::TooDetailed { max, .. } => text::too_detailed(l, max / 1000),
        PhotoError::NotMaster(_) => text::not_master(l).to_owned(),
    }
}

/// Why a person should look at a portrait again.
pub fn doubt(l: Lang, reason: Reason) -> &'static str {
    match reason {
        Reason::Blurred => photo_doubt::blurred(l),
        Reason::TooDark => photo_doubt::too_dark(l),
        Reason::TooBright => photo_doubt::too_bright(l),
        Reason::UnevenBackground => photo_doubt::uneven_background(l),
        Reason::UnevenLight => photo_doubt::uneven_light(l),
    }
}

/// Every doubt of a judgement; none for a good portrait.
pub fn doubts(l: Lang, judged: &Judgement) -> Vec<&'static str> {
    let verdicts = [judged.sharpness, judged.exposure, judged.background];
    let reasons = verdicts.into_iter().filter_map(|verdict| match verdict {
        Verdict::Good => None,
        Verdict::Doubtful(reason) => Some(reason),
    });
    reasons.map(|reason| doubt(l, reason)).collect()
}

/// Whole megabytes, rounded up, so that what is too large never looks as if it fitted.
fn megabytes(bytes: usize) -> usize {
    bytes.div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_where_they_belong() {
        let few = PhotoError::TooFewPixels { width: 1, height: 2, min_width: 600, min_height: 800 };
        assert!(fault(Lang::En, &few).contains("1 × 2 pixels; at least 600 × 800"));
        let many = PhotoError::TooManyPixels { width: 9000, height: 8000, max: 60_000_000 };
        assert!(fault(Lang::Vi, &many).contains("9000 × 8000 điểm ảnh, quá lớn (tối đa 60 triệu)"));
        let large = PhotoError::FileTooLarge { found: 20_000_001, max: 20_000_000 };
        assert!(fault(Lang::En, &large).starts_with("The file has 21 MB, at most 20 MB"));
    }
}
