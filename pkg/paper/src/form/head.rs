//! From the name of the state to «Kính gửi:».

use super::{Columns, Para, Piece, Role, Sizes, mm};
use crate::block::{Align, Run};
use crate::document::{Document, Header};

/// Mục II §1: the state's name and its motto.
const STATE: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// Width of the motto in bold for a size of 1: its rule is as long (mục II §1b).
const MOTTO_EMS: f32 = 12.28;
/// The left and the right half.
const SHARES: [f32; 2] = [0.41, 0.59];

/// Everything above the body.
pub(super) fn pieces<'a>(document: &Document, sizes: Sizes) -> Vec<Piece<'a>> {
    let header = &document.header;
    let mut pieces = vec![Piece::Columns(Columns {
        shares: SHARES.to_vec(),
        cells: vec![agencies(header, sizes), state(sizes)],
        before: 0.0,
        is_closing: false,
    })];
    let (left, right) = (number(document, sizes), place_and_day(header, sizes));
    if !left.is_empty() || !right.is_empty() {
        let cells = vec![left, right];
        pieces.push(Piece::Columns(Columns { shares: SHARES.to_vec(), cells, before: 6.0, is_closing: false }));
    }
    if !document.title.is_empty() {
        title(&mut pieces, &document.title, sizes.text, 18.0);
        if !document.about.is_empty() {
            // mục II §5b: bold, below the title, with a rule of a third to half a line
            let about = vec![Run::bold(document.about.clone())];
            let about = Para::new(about, sizes.text, Align::Centre).rule(mm(30.0));
            pieces.push(Piece::Para(Para { keep: true, ..about }));
        }
    }
    pieces.push(Piece::Space(8.0));
    addressed(&mut pieces, &document.to, sizes.text);
    pieces
}

/// A title, in capitals.
pub(super) fn title(pieces: &mut Vec<Piece<'_>>, title: &str, size: f32, before: f32) {
    let para = Para::new(vec![Run::bold(capitals(title))], size, Align::Centre).before(before);
    pieces.push(Piece::Para(para.role(Role::Heading(1))));
}

pub(super) fn capitals(text: &str) -> String {
    text.to_uppercase()
}

fn centred(run: Run, size: f32) -> Para {
    Para::new(vec![run], size, Align::Centre)
}

/// Mục II §2: the superior in regular letters, the issuing agency in bold ones with a rule of a third to half of its length.
fn agencies(header: &Header, sizes: Sizes) -> Vec<Para> {
    let mut paras = Vec::new();
    if !header.superior.is_empty() {
        paras.push(centred(Run::new(capitals(&header.superior)), sizes.head));
    }
    if !header.agency.is_empty() {
        let longest = header.agency.lines().map(|line| line.chars().count()).max().unwrap_or(0).min(26);
        // capitals are 0.7 wide on the average
        let rule = (longest as f32 * 0.7 * sizes.head * 0.4).max(mm(10.0));
        paras.push(centred(Run::bold(capitals(&header.agency)), sizes.head).rule(rule));
    }
    paras
}

fn state(sizes: Sizes) -> Vec<Para> {
    let motto = centred(Run::bold(MOTTO), sizes.text).rule(MOTTO_EMS * sizes.text);
    vec![centred(Run::bold(STATE), sizes.head), motto]
}

/// Mục II §3: «Số:» in regular letters; below it what a letter is about (§5b), which has no title.
fn number(document: &Document, sizes: Sizes) -> Vec<Para> {
    let mut paras = Vec::new();
    if !document.header.number.is_empty() {
        paras.push(centred(Run::new(format!("Số: {}", document.header.number)), sizes.head));
    }
    if document.title.is_empty() && !document.about.is_empty() {
        paras.push(centred(Run::new(format!("V/v {}", document.about)), sizes.head - 1.0).before(6.0));
    }
    paras
}

/// Mục II §4: in italics; days below 10 and months below 3 get a nought in front.
fn place_and_day(header: &Header, sizes: Sizes) -> Vec<Para> {
    if header.place.is_empty() && header.day.is_none() {
        return Vec::new();
    }
    let place = if header.place.is_empty() { "…" } else { &header.place };
    let line = match header.day {
        Some(day) => {
            let month = if day.month < 3 { format!("0{}", day.month) } else { day.month.to_string() };
            format!("{place}, ngày {:02} tháng {month} năm {}", day.day, day.year)
        }
        None => format!("{place}, ngày …… tháng …… năm ………"),
    };
    vec![centred(Run::italic(line), sizes.head)]
}

/// Mục II §9: one addressee on the line of «Kính gửi:», several below it.
fn addressed(pieces: &mut Vec<Piece<'_>>, to: &[String], size: f32) {
    match to {
        [] => return,
        [one] => pieces.push(Piece::Para(centred(Run::new(format!("Kính gửi: {one}")), size).before(6.0))),
        several => {
            let line =
                |text: String, left| Para { left: mm(left), ..Para::new(vec![Run::new(text)], size, Align::Left) };
            pieces.push(Piece::Para(Para { keep: true, ..line(String::from("Kính gửi:"), 30.0).before(6.0) }));
            let ended = super::close::ended(several);
            pieces.extend(ended.map(|name| Piece::Para(line(format!("- {name}"), 50.0))));
        }
    }
    pieces.push(Piece::Space(8.0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Day;

    fn line(day: u8, month: u8) -> String {
        let header =
            Header {
                place: String::from("Đà Lạt"), day: Some(Day { year: 2026, month, day }), ..Header::default()
            };
        place_and_day(&header, Sizes { text: 14.0, head: 13.0 })[0].runs[0].text.clone()
    }

    #[test]
    fn small_days_and_the_first_two_months_have_a_nought() {
        assert_eq!(line(5, 2), "Đà Lạt, ngày 05 tháng 02 năm 2026");
        assert_eq!(line(15, 3), "Đà Lạt, ngày 15 tháng 3 năm 2026");
    }
}
