//! Why a file cannot become, or is not, a portrait; with the numbers that a sentence about it needs. The page words them.

use std::fmt;

/// A format that is read. Recognised by content; a file's name is never looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG (ITU-T T.81), baseline or progressive.
    Jpeg,
    /// PNG (ISO/IEC 15948), any colour type and depth; of an animation the default image.
    Png,
    /// WebP (RFC 9649), with or without loss; no animation.
    WebP,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
        })
    }
}

/// A format that is recognised, so that the refusal can name it, but not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OtherFormat {
    /// HEIC or HEIF, what an iPhone saves unless set to "Most Compatible".
    Heif,
    /// AVIF.
    Avif,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF, or a camera's raw file built on it.
    Tiff,
    /// A PDF document.
    Pdf,
    /// A ZIP archive, which is also what DOCX and XLSX are.
    Zip,
}

impl fmt::Display for OtherFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Heif => "HEIF",
            Self::Avif => "AVIF",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Pdf => "PDF",
            Self::Zip => "ZIP",
        })
    }
}

/// Why a file or a crop is refused. Lengths are pixels after the file's own rotation has been applied, unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// The file has no bytes.
    #[error("file is empty")]
    Empty,
    /// The file is larger than is taken.
    #[error("file has {found} bytes, at most {max} are taken")]
    FileTooLarge {
        /// Bytes of the file.
        found: usize,
        /// [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
        max: usize,
    },
    /// Nothing in the file says that it is a picture, whatever its name says.
    #[error("file is not a picture")]
    NotAPicture,
    /// A picture or document of a format that is not read.
    #[error("{0} is not taken; JPEG, PNG and WebP are")]
    FormatNotTaken(OtherFormat),
    /// Begins as this format does, and ends before it should: a copy or an upload that broke off.
    #[error("{0} file breaks off")]
    Truncated(Format),
    /// Begins as this format does and contradicts itself: not a picture, or one that was damaged.
    #[error("{0} file is damaged, or only claims to be one")]
    Damaged(Format),
    /// A rare kind of this format that is not read (JPEG: arithmetic coding, lossless, 12 bits; WebP: an animation); saving it anew helps.
    #[error("a kind of {0} that is not read")]
    KindNotTaken(Format),
    /// More pixels than are taken.
    #[error("picture has {width} × {height} pixels, at most {max} are taken")]
    TooManyPixels {
        /// Width, as stored in the file.
        width: u32,
        /// Height, as stored in the file.
        height: u32,
        /// Product of both at most, [`MAX_PIXELS`](crate::MAX_PIXELS).
        max: u64,
    },
    /// One side is longer than is taken.
    #[error("picture has {width} × {height} pixels, no side may be longer than {max}")]
    SideTooLong {
        /// Width, as stored in the file.
        width: u32,
        /// Height, as stored in the file.
        height: u32,
        /// [`MAX_SIDE`](crate::MAX_SIDE).
        max: u32,
    },
    /// No portrait of the least size fits into the picture (C28).
    #[error("picture has {width} × {height} pixels, at least {min_width} × {min_height} are needed")]
    TooFewPixels {
        /// Width found.
        width: u32,
        /// Height found.
        height: u32,
        /// [`MIN_WIDTH`](crate::MIN_WIDTH).
        min_width: u32,
        /// [`MIN_HEIGHT`](crate::MIN_HEIGHT).
        min_height: u32,
    },
    /// The crop is smaller than the least portrait (C28).
    #[error("crop has {width} × {height} pixels, at least {min_width} × {min_height} are needed")]
    CropTooSmall {
        /// Width of the crop.
        width: u32,
        /// Height of the crop.
        height: u32,
        /// [`MIN_WIDTH`](crate::MIN_WIDTH).
        min_width: u32,
        /// [`MIN_HEIGHT`](crate::MIN_HEIGHT).
        min_height: u32,
    },
    /// The crop is not exactly three wide to four high.
    #[error("crop of {width} × {height} pixels is not 3:4")]
    CropNotThreeToFour {
        /// Width of the crop.
        width: u32,
        /// Height of the crop.
        height: u32,
    },
    /// The crop does not lie within the picture.
    #[error("crop does not lie within the picture of {width} × {height} pixels")]
    CropOutside {
        /// Width of the picture.
        width: u32,
        /// Height of the picture.
        height: u32,
    },
    /// So much fine detail, noise rather than a portrait, that no master of the permitted size can hold it.
    #[error("portrait needs {found} bytes at the least quality, at most {max} are kept")]
    TooDetailed {
        /// Bytes at the least quality.
        found: usize,
        /// [`MAX_MASTER_BYTES`](crate::MAX_MASTER_BYTES).
        max: usize,
    },
    /// A readable JPEG, but not a master as [`make`](crate::make) writes it.
    #[error("not a master as this portal makes it: {0}")]
    NotMaster(NotMaster),
}

/// What tells a file from a master of [`make`](crate::make).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMaster {
    /// Larger than a master can be.
    #[error("{found} bytes, at most {max} are kept")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// [`MAX_MASTER_BYTES`](crate::MAX_MASTER_BYTES).
        max: usize,
    },
    /// A size that no master has: not 3:4, smaller than the least or larger than the largest.
    #[error("{width} × {height} pixels")]
    Size {
        /// Width found.
        width: u32,
        /// Height found.
        height: u32,
    },
    /// A segment that can carry what was never the portrait's: 0xE1 Exif and XMP, 0xE2 profile, 0xED IPTC, 0xFE comment.
    #[error("carries metadata, segment 0x{0:02X}")]
    Metadata(u8),
    /// Bytes follow the end of the picture.
    #[error("{0} bytes follow the end of the picture")]
    Trailing(usize),
    /// Segments in another order, number or length: progressive, subsampled, grey, or written by another encoder.
    #[error("segment {0} from the start is not the one that stands there in a master")]
    Segment(usize),
}
