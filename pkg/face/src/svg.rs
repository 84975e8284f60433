//! A scene as SVG: for screens, and for whoever takes it further. It counts in points, so the page is 243 × 153, type sizes read as the
//! regulation has them, and a printer's dot at 300 dpi is 0.24.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::font::Fonts;
use crate::ink::{Ink, Palette};
use crate::layout::CORNER;
use crate::length::{Emu, Point, Rect};
use crate::scene::{FillRule, Item, Node, Path, PictureFormat, Scene, Segment, Text, Weight};

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options<'a> {
    /// Corners rounded as the card's are: for looking at. Printers get the whole rectangle.
    pub rounded: bool,
    /// What the identifiers in it begin with; two of them may stand in one document.
    pub prefix: &'a str,
    /// The inks' colours.
    pub palette: Palette,
}

/// The whole document. Texts are texts: whoever shows it needs the card's face, Liberation Serif or Times New Roman, whose advances are
/// the same; each line is as long as it was measured.
pub fn write(scene: &Scene, fonts: &Fonts, options: Options) -> String {
    let mut out = String::with_capacity(300_000);
    open(&mut out, scene, options);
    items(&mut out, &scene.items, fonts, &options.palette);
    out.push_str("</g></svg>\n");
    out
}

/// Shapes, texts and pictures without the document around them.
pub fn items(out: &mut String, items: &[Item], fonts: &Fonts, palette: &Palette) {
    for part in items.chunk_by(|one, next| one.element == next.element) {
        let name = part.first().map_or("", |item| item.element.name());
        let _ = write!(out, "<g data-element=\"{name}\">");
        part.iter().for_each(|item| node(out, &item.node, fonts, palette));
        out.push_str("</g>\n");
    }
}

fn open(out: &mut String, scene: &Scene, Options { rounded, prefix, .. }: Options) {
    let (width, height) = (pt(scene.width), pt(scene.height));
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {width} {height}\">",
        thousandths(scene.width, 36),
        thousandths(scene.height, 36),
    );
    if rounded {
        let mut outline = Path::default();
        outline.push_rounded(Rect::new(Emu::ZERO, Emu::ZERO, scene.width, scene.height), CORNER);
        let outline = data(&outline);
        let _ = write!(
            out,
            "<clipPath id=\"{prefix}card\"><path d=\"{outline}\"/></clipPath><g clip-path=\"url(#{prefix}card)\">"
        );
    } else {
        out.push_str("<g>");
    }
    out.push('\n');
}

fn node(out: &mut String, node: &Node, fonts: &Fonts, palette: &Palette) {
    let colour = |ink: Ink| hex(palette.colour(ink).rgb);
    let _ = match node {
        Node::Fill { path, rule, ink } => {
            let rule = if *rule == FillRule::EvenOdd { " fill-rule=\"evenodd\"" } else { "" };
            write!(out, "<path fill=\"{}\"{rule} d=\"{}\"/>", colour(*ink), data(path))
        }
        Node::Stroke { path, width, ink } => write!(
            out,
            "<path fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\" stroke-linejoin=\"round\" d=\"{}\"/>",
            colour(*ink),
            pt(*width),
            data(path)
        ),
        Node::Text(text) => line(out, text, fonts, &colour(text.ink)),
        Node::Picture { place, picture } => {
            let kind = if picture.format == PictureFormat::Png { "png" } else { "jpeg" };
            write!(
                out,
                "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" href=\"data:image/{kind};base64,{}\"/>",
                pt(place.x),
                pt(place.y),
                pt(place.width),
                pt(place.height),
                STANDARD.encode(&picture.bytes)
            )
        }
    };
}

fn line(out: &mut String, text: &Text, fonts: &Fonts, colour: &str) -> std::fmt::Result {
    let family = fonts.face(text.weight).family();
    let weight = if text.weight == Weight::Bold { " font-weight=\"bold\"" } else { "" };
    write!(
        out,
        "<text x=\"{}\" y=\"{}\" font-family=\"{}, 'Times New Roman', Tinos, serif\" font-size=\"{}\"{weight} font-kerning=\"none\" \
         fill=\"{}\" textLength=\"{}\">{}</text>",
        pt(text.origin.x),
        pt(text.origin.y),
        escaped(&format!("'{}'", family.replace('\'', ""))),
        pt(text.size),
        colour,
        pt(text.advance),
        escaped(&text.content)
    )
}

fn data(path: &Path) -> String {
    let mut out = String::with_capacity(path.0.len() * 16);
    let point = |at: Point| format!("{} {}", pt(at.x), pt(at.y));
    for segment in &path.0 {
        let _ = match *segment {
            Segment::Move(to) => write!(out, "M{}", point(to)),
            Segment::Line(to) => write!(out, "L{}", point(to)),
            Segment::Cubic(a, b, to) => write!(out, "C{} {} {}", point(a), point(b), point(to)),
            Segment::Close => write!(out, "Z"),
        };
    }
    out
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Points, to a thousandth (0.35 µm).
fn pt(length: Emu) -> String {
    // a thousandth of a point is 12.7 units
    let rounded = (i64::from(length.0) * 20 + i64::from(length.0.signum()) * 127) / 254;
    decimal(rounded)
}

/// So many units make a thousandth.
fn thousandths(length: Emu, units: i64) -> String {
    decimal(i64::from(length.0) / units)
}

/// A number of thousandths, without zeros at its end.
fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, rest) = (thousandths.unsigned_abs() / 1_000, thousandths.unsigned_abs() % 1_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let rest = format!("{rest:03}");
    format!("{sign}{whole}.{}", rest.trim_end_matches('0'))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_exact_where_they_have_to_be() {
        assert_eq!(pt(Emu::um(85_725)), "243");
        assert_eq!(pt(Emu::um(53_975)), "153");
        assert_eq!(pt(Emu::dot(300)), "0.24");
        assert_eq!(pt(Emu::dot(600) * 5), "0.6");
        assert_eq!(pt(Emu(-19_050)), "-1.5");
        assert_eq!(pt(Emu(-1)), "0");
    }

    #[test]
    fn what_is_written_is_escaped() {
        assert_eq!(escaped("<H'Hen & \"Niê\">"), "&lt;H'Hen &amp; &quot;Niê&quot;&gt;");
    }
}
