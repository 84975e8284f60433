//! Lines of type: which glyphs, how far they run, where a text that is too long for its box is broken.

use crate::font::Fonts;
use crate::ink::Ink;
use crate::length::{Emu, Point};
use crate::scene::{Glyph, Text, Weight};

/// How something is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Which face.
    pub weight: Weight,
    /// Type size.
    pub size: Emu,
    /// In which ink.
    pub ink: Ink,
}

/// A character that the font has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the font has no {0:?}")]
pub struct Missing(pub char);

/// A line of text in NFC, its base line beginning at `origin`. Letters stand as their advances say, without kerning, as a word processor
/// sets Times New Roman.
///
/// # Errors
/// [`Missing`].
pub fn line(fonts: &Fonts, style: Style, content: &str, origin: Point) -> Result<Text, Missing> {
    let font = fonts.face(style.weight);
    let mut units: i32 = 0;
    let mut glyphs = Vec::with_capacity(content.len());
    let place = |units: i32| style.size.scaled(units, font.units_per_em().into());
    for letter in content.chars() {
        let id = font.glyph(letter).ok_or(Missing(letter))?;
        glyphs.push(Glyph { id, x: place(units) });
        units += i32::from(font.advance(id));
    }
    Ok(Text {
        content: content.to_owned(),
        weight: style.weight,
        size: style.size,
        origin,
        glyphs,
        advance: place(units),
        ink: style.ink,
    })
}

/// How far a line runs.
///
/// # Errors
/// [`Missing`].
pub fn width(fonts: &Fonts, style: Style, content: &str) -> Result<Emu, Missing> {
    Ok(line(fonts, style, content, Point::default())?.advance)
}

/// The text in as few lines as it needs, at most `most`, none wider than `width`; `None` where it does not fit.
///
/// Lines are broken between syllables only, and not inside a word of two syllables that Vietnamese official language has
/// ([`COMPOUNDS`]) as long as that leaves enough room. Among all ways with as few lines the most even one is taken, so that no syllable
/// is left alone.
///
/// # Errors
/// [`Missing`].
pub fn broken(
    fonts: &Fonts,
    style: Style,
    content: &str,
    widest: Emu,
    most: usize,
) -> Result<Option<Vec<String>>, Missing> {
    let syllables: Vec<&str> = content.split(' ').filter(|syllable| !syllable.is_empty()).collect();
    let blank = width(fonts, style, " ")?;
    let widths = syllables.iter().map(|syllable| width(fonts, style, syllable)).collect::<Result<Vec<_>, _>>()?;
    for lines in 1..=most {
        for keep_words in [true, false] {
            if let Some(ends) = evenest(&syllables, &widths, blank, widest, lines, keep_words) {
                let mut from = 0;
                let texts = ends.into_iter().map(|end| syllables[std::mem::replace(&mut from, end)..end].join(" "));
                return Ok(Some(texts.collect()));
            }
        }
    }
    Ok(None)
}

/// After which syllable each of exactly so many lines ends, with the least sum of squares of what is left free; by trying every way from
/// the end on (texts have a few dozen syllables).
fn evenest(
    syllables: &[&str],
    widths: &[Emu],
    blank: Emu,
    widest: Emu,
    lines: usize,
    keep_words: bool,
) -> Option<Vec<usize>> {
    let count = syllables.len();
    if count < lines {
        return None;
    }
    let run = |from: usize, to: usize| -> Emu {
        widths[from..to].iter().copied().sum::<Emu>() + blank * i32::try_from(to - from - 1).unwrap_or(i32::MAX)
    };
    // best[n][from]: the cost of setting what begins at `from` in n lines, and where the first of them ends
    let mut best = vec![vec![None::<(u64, usize)>; count + 1]; lines + 1];
    best[0][count] = Some((0, count));
    for n in 1..=lines {
        for from in 0..count {
            for end in from + 1..=count {
                let free = widest - run(from, end);
                if free < Emu::ZERO {
                    break;
                }
                let Some((rest, _)) = best[n - 1][end] else { continue };
                if keep_words && end < count && is_word(syllables[end - 1], syllables[end]) {
                    continue;
                }
                // tenths of a millimetre: squares of a page's width do not overflow
                let free = u64::from(free.0.unsigned_abs() / 3_600);
                let cost = rest.saturating_add(free * free);
                if best[n][from].is_none_or(|(least, _)| cost < least) {
                    best[n][from] = Some((cost, end));
                }
            }
        }
    }
    let mut ends = Vec::with_capacity(lines);
    let mut from = 0;
    for n in (1..=lines).rev() {
        let (_, end) = best[n][from]?;
        ends.push(end);
        from = end;
    }
    Some(ends)
}

/// Whether the two syllables are one word.
fn is_word(first: &str, second: &str) -> bool {
    let (first, second) = (first.to_lowercase(), second.to_lowercase());
    let second = second.trim_end_matches([',', '.', ';', ')']);
    COMPOUNDS.iter().any(|(a, b)| *a == first && *b == second)
}

/// Words of two syllables in names of agencies and posts.
pub const COMPOUNDS: &[(&str, &str)] = &[
    ("ban", "hành"),
    ("bảo", "hiểm"),
    ("bảo", "vệ"),
    ("cán", "bộ"),
    ("chi", "cục"),
    ("chính", "phủ"),
    ("chủ", "nhiệm"),
    ("chủ", "tịch"),
    ("chuyên", "môn"),
    ("chuyên", "viên"),
    ("cơ", "quan"),
    ("công", "an"),
    ("công", "chức"),
    ("công", "nghệ"),
    ("công", "thương"),
    ("dân", "tộc"),
    ("du", "lịch"),
    ("đào", "tạo"),
    ("đầu", "tư"),
    ("địa", "chính"),
    ("giám", "đốc"),
    ("giao", "thông"),
    ("giáo", "dục"),
    ("giáo", "viên"),
    ("hành", "chính"),
    ("hiệu", "trưởng"),
    ("hội", "đồng"),
    ("hợp", "tác"),
    ("kế", "hoạch"),
    ("kế", "toán"),
    ("khoa", "học"),
    ("kiểm", "tra"),
    ("kinh", "tế"),
    ("kỹ", "thuật"),
    ("lao", "động"),
    ("lâm", "nghiệp"),
    ("lưu", "trữ"),
    ("môi", "trường"),
    ("mầm", "non"),
    ("ngoại", "vụ"),
    ("nhân", "dân"),
    ("nhân", "viên"),
    ("nội", "vụ"),
    ("nông", "nghiệp"),
    ("nông", "thôn"),
    ("phát", "triển"),
    ("phòng", "chống"),
    ("quản", "lý"),
    ("sự", "nghiệp"),
    ("tài", "chính"),
    ("tài", "nguyên"),
    ("thanh", "tra"),
    ("thành", "phố"),
    ("thể", "thao"),
    ("thị", "trấn"),
    ("thị", "xã"),
    ("thông", "tin"),
    ("thống", "kê"),
    ("tiểu", "học"),
    ("tổ", "chức"),
    ("tổng", "hợp"),
    ("tổng", "cục"),
    ("trung", "học"),
    ("trung", "tâm"),
    ("trung", "ương"),
    ("trưởng", "ban"),
    ("trưởng", "phòng"),
    ("truyền", "thông"),
    ("tư", "pháp"),
    ("ủy", "ban"),
    ("ủy", "viên"),
    ("vận", "tải"),
    ("văn", "hóa"),
    ("văn", "phòng"),
    ("viên", "chức"),
    ("xã", "hội"),
    ("xây", "dựng"),
    ("y", "tế"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::liberation;
    use proptest::prelude::*;

    const TWELVE: Style = Style { weight: Weight::Bold, size: Emu::pt(12), ink: Ink::Black };

    fn set(text: &str, widest: Emu, most: usize) -> Option<Vec<String>> {
        broken(&liberation(), TWELVE, text, widest, most).unwrap()
    }

    #[test]
    fn a_line_is_as_long_as_its_advances() {
        let text = line(&liberation(), TWELVE, "NNN", Point::default()).unwrap();
        // 722 thousandths of 12 pt, three times; the font counts in 2048ths
        assert_eq!(text.advance, Emu::pt(12).scaled(3 * 1_479, 2_048));
        assert_eq!(text.glyphs[2].x, Emu::pt(12).scaled(2 * 1_479, 2_048));
    }

    #[test]
    fn words_stay_whole_and_lines_are_even() {
        let lines = set("ỦY BAN NHÂN DÂN TỈNH THỪA THIÊN HUẾ", Emu::um(64_000), 2).unwrap();
        assert_eq!(lines, ["ỦY BAN NHÂN DÂN", "TỈNH THỪA THIÊN HUẾ"]);
        let lines = set("Trung tâm Phục vụ hành chính công", Emu::um(40_000), 2).unwrap();
        assert!(lines.iter().all(|line| line.split(' ').count() > 1), "{lines:?}");
        assert_eq!(set("Sở Nội vụ", Emu::um(64_000), 2).unwrap(), ["Sở Nội vụ"]);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert_eq!(set("ỦY BAN NHÂN DÂN TỈNH THỪA THIÊN HUẾ", Emu::um(30_000), 2), None);
        assert_eq!(set("Nghiêng", Emu::um(3_000), 9), None, "one syllable is never broken");
        assert_eq!(broken(&liberation(), TWELVE, "Sở 内務", Emu::um(64_000), 2), Err(Missing('内')));
    }

    proptest! {
        #[test]
        fn lines_hold_the_whole_text_and_keep_their_width(text in "[A-Za-zàáảãạăâđêôơư]{1,9}( [A-Za-zàáảãạăâđêôơư]{1,9}){0,11}", widest in 15_000..70_000_i32, most in 1..4_usize) {
            if let Some(lines) = set(&text, Emu::um(widest), most) {
                prop_assert!(lines.len() <= most);
                prop_assert_eq!(lines.join(" "), text);
                for line in lines {
                    prop_assert!(width(&liberation(), TWELVE, &line).unwrap() <= Emu::um(widest) + Emu(60), "each syllable is rounded down");
                }
            }
        }
    }
}
