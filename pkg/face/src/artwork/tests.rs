//! Artwork that is taken, artwork that is refused and why, and bytes that nobody would call artwork.

use proptest::prelude::*;

use super::*;
use crate::ink::Ink;
use crate::length::{Emu, Point};
use crate::scene::{FillRule, Path, PictureFormat, Segment};

/// 11 mm by 22 mm somewhere on a card.
const PLACE: Rect = Rect::new(Emu::um(10_000), Emu::um(5_000), Emu::um(11_000), Emu::um(22_000));

/// An SVG of 100 × 100 with this in it.
fn svg(content: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{content}</svg>"#
    )
}

fn nodes(content: &str) -> Vec<Node> {
    Artwork::read(svg(content).as_bytes()).expect("this is fit").nodes(PLACE)
}

fn refusal(content: &str) -> ArtworkError {
    Artwork::read(svg(content).as_bytes()).expect_err("this is not fit")
}

const SQUARE: &str = r##"<rect id="square" width="100" height="100" fill="#da251d"/>"##;

mod what_is_taken {
    use super::*;

    #[test]
    fn a_square_fills_the_width_of_its_place_and_stands_in_its_middle() {
        let path = Path::rect(Rect::new(PLACE.x, PLACE.y + Emu::um(5_500), Emu::um(11_000), Emu::um(11_000)));
        let ink = Ink::Plain([0xda, 0x25, 0x1d]);
        assert_eq!(nodes(SQUARE), [Node::Fill { path, rule: FillRule::NonZero, ink }]);
    }

    #[test]
    fn margins_fall_away_and_groups_move_their_shapes() {
        let moved = nodes(
            r##"<g transform="translate(30 40) scale(.2)"><g fill="#da251d"><rect width="100" height="100"/></g></g>"##,
        );
        assert_eq!(moved, nodes(SQUARE));
    }

    #[test]
    fn rules_order_and_colours_stay() {
        let both = nodes(
            r#"<path fill-rule="evenodd" d="M0 0h100v100h-100z M10 10h10v10h-10z" fill="gold"/><circle cx="50" cy="50" r="9"/>"#,
        );
        let [Node::Fill { rule, ink, .. }, Node::Fill { path, rule: second, ink: black }] = both.as_slice() else {
            panic!("two areas: {both:?}")
        };
        assert_eq!((*rule, *ink), (FillRule::EvenOdd, Ink::Plain([255, 215, 0])));
        assert_eq!((*second, *black), (FillRule::NonZero, Ink::Plain([0; 3])));
        assert!(path.0.iter().any(|segment| matches!(segment, Segment::Cubic(..))));
    }

    #[test]
    fn classes_in_a_style_sheet_count() {
        let content = r#"<style type="text/css">.st0{fill:#FFD600;}</style><rect class="st0" width="9" height="9"/>"#;
        assert!(matches!(nodes(content)[..], [Node::Fill { ink: Ink::Plain([255, 214, 0]), .. }]));
    }

    #[test]
    fn a_round_line_stays_a_line_and_its_width_is_scaled_with_it() {
        let line = nodes(
            r#"<path d="M10 10V90" transform="scale(.5)" fill="none" stroke="red" stroke-width="20" stroke-linecap="round" stroke-linejoin="round"/>"#,
        );
        // 20 wide and, with its ends, 100 high: in a place of 22 mm
        let [Node::Stroke { path, width, .. }] = line.as_slice() else { panic!("one line: {line:?}") };
        assert!((width.0 - Emu::um(4_400).0).abs() < 20, "{width:?}");
        let bounds = path.bounds().expect("it has points");
        assert!((bounds.height.0 - Emu::um(17_600).0).abs() < 20, "{bounds:?}");
    }

    #[test]
    fn any_other_line_becomes_the_area_it_covers() {
        for content in [
            r#"<path d="M10 10H90" fill="none" stroke="red" stroke-width="20"/>"#,
            r#"<g transform="scale(1 .2)" stroke-linecap="round" stroke-linejoin="round"><path d="M20 40H80" stroke="red" stroke-width="20"/></g>"#,
            r#"<path d="M50 50h0" stroke="red" stroke-width="20" stroke-linecap="round" stroke-linejoin="round"/>"#,
        ] {
            let areas = nodes(content);
            assert!(matches!(areas[..], [Node::Fill { rule: FillRule::NonZero, ink: Ink::Plain([255, 0, 0]), .. }]));
        }
    }

    #[test]
    fn a_butt_ended_line_covers_exactly_its_width() {
        let line = nodes(r#"<path d="M10 50H90" stroke="red" stroke-width="20"/>"#);
        let [Node::Fill { path, .. }] = line.as_slice() else { panic!("one area: {line:?}") };
        let expected = Rect { height: Emu::um(2_750), ..PLACE };
        let bounds = path.bounds().expect("it has points");
        assert_eq!((bounds.x, bounds.width, bounds.height), (expected.x, expected.width, expected.height));
    }

    #[test]
    fn copies_are_made_and_unused_gradients_ignored() {
        let content = format!(
            r##"<defs><linearGradient id="left"><stop offset="0"/></linearGradient>{SQUARE}</defs>
                <use href="#square" transform="scale(.1)"/><use xlink:href="#square" x="0"/>"##
        );
        assert_eq!(nodes(&content).len(), 2);
    }

    #[test]
    fn a_document_type_metadata_and_a_mark_in_front_do_not_matter() {
        let file = format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">{}",
            svg(&format!(
                "<metadata><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:li r:resource='http://x/'/></r:RDF>\
                 </metadata><n:view xmlns:n='http://sodipodi.sourceforge.net/'/>{SQUARE}"
            ))
        );
        assert_eq!(Artwork::read(file.as_bytes()).map(|artwork| artwork.nodes(PLACE)), Ok(nodes(SQUARE)));
    }

    #[test]
    fn a_clip_path_that_cuts_nothing_off_does_not_matter() {
        let frame = r##"<clipPath id="frame"><path d="M0 0h100v100H0z"/></clipPath>"##;
        assert_eq!(nodes(&format!(r##"{frame}<g clip-path="url(#frame)">{SQUARE}</g>"##)), nodes(SQUARE));
        assert_eq!(nodes(&format!(r##"<svg width="100" height="100">{SQUARE}</svg>"##)), nodes(SQUARE));
    }

    #[test]
    fn what_is_wholly_beyond_the_page_is_not_there() {
        assert_eq!(nodes(&format!(r#"{SQUARE}<rect x="120" width="50" height="9"/>"#)), nodes(SQUARE));
    }

    #[test]
    fn pictures_are_kept_as_they_came() {
        for (format, file) in [(PictureFormat::Png, png_file(260, 130)), (PictureFormat::Jpeg, jpeg_file(260, 130))] {
            let artwork = Artwork::read(&file).expect("it is fit");
            assert!(!artwork.is_vector());
            let picture = Picture { format, pixels: (260, 130), bytes: file.into() };
            let place = Rect::new(PLACE.x, PLACE.y + Emu::um(8_250), Emu::um(11_000), Emu::um(5_500));
            assert_eq!(artwork.nodes(PLACE), [Node::Picture { place, picture }]);
        }
    }

    #[test]
    fn a_place_without_area_shows_nothing() {
        let artwork = Artwork::read(svg(SQUARE).as_bytes()).expect("it is fit");
        assert_eq!(artwork.nodes(Rect { width: Emu::ZERO, ..PLACE }), []);
        assert_eq!(artwork.nodes(Rect { height: Emu(-1), ..PLACE }), []);
    }

    #[test]
    fn rotations_and_arcs_are_the_same_everywhere() {
        let turned = nodes(r#"<g transform="rotate(17 50 50)"><ellipse cx="50" cy="50" rx="40" ry="20"/></g>"#);
        let [Node::Fill { path, .. }] = turned.as_slice() else { panic!("one area: {turned:?}") };
        let sum = path.0.iter().fold(0_i64, |sum, segment| match *segment {
            Segment::Cubic(a, b, to) => [a, b, to]
                .iter()
                .fold(sum, |sum, Point { x, y }| sum * 31 % 1_000_003 + i64::from(x.0) + i64::from(y.0)),
            _ => sum,
        });
        assert_eq!(sum, 1_936_453);
    }
}

mod what_is_refused {
    use super::*;

    #[test]
    fn a_script() {
        assert_eq!(refusal("<script>alert(1)</script>"), ArtworkError::Script);
        assert_eq!(refusal("<g xmlns:h='urn:x'><h:Script/></g>"), ArtworkError::Script);
        assert_eq!(refusal("<metadata><script/></metadata>"), ArtworkError::Script);
    }

    #[test]
    fn an_event_handler() {
        assert_eq!(refusal(r#"<g onload="x()"/>"#), ArtworkError::EventHandler("onload".into()));
        assert_eq!(refusal(r#"<g onClick="x()"/>"#), ArtworkError::EventHandler("onClick".into()));
    }

    #[test]
    fn references_out_of_the_file() {
        let external = |target: &str| ArtworkError::External(target.into());
        assert_eq!(refusal(r#"<image href="http://x.vn/a.png"/>"#), external("http://x.vn/a.png"));
        assert_eq!(refusal(r#"<image xlink:href="file:///etc/passwd"/>"#), external("file:///etc/passwd"));
        assert_eq!(refusal(r#"<use href="other.svg#a"/>"#), external("other.svg#a"));
        assert_eq!(refusal(r#"<a href="javascript:x()"/>"#), external("javascript:x()"));
        assert_eq!(refusal(r#"<path fill="url(http://x.vn/a.svg#b)" d=""/>"#), external("http://x.vn/a.svg#b"));
        assert_eq!(refusal(r#"<path style="fill:URL( 'a.svg#b' )" d=""/>"#), external("a.svg#b"));
        assert_eq!(refusal("<style>@import 'http://x.vn/a.css';</style>"), external("@import 'http://x.vn/a.css'"));
        assert_eq!(refusal(r#"<g xml:base="http://x.vn/"/>"#), external("http://x.vn/"));
        let sheet = format!("<?xml-stylesheet href='http://x.vn/a.css'?>{}", svg(SQUARE));
        assert_eq!(Artwork::read(sheet.as_bytes()), Err(external("xml-stylesheet")));
    }

    #[test]
    fn an_embedded_picture() {
        assert_eq!(refusal(r#"<image href="data:image/png;base64,AAAA"/>"#), ArtworkError::Image);
    }

    #[test]
    fn a_billion_laughs_and_any_other_entity() {
        let mut file = String::from("<!DOCTYPE svg [<!ENTITY a0 'ha'>");
        for level in 1..10 {
            let below = format!("&a{};", level - 1).repeat(10);
            file.push_str(&format!("<!ENTITY a{level} '{below}'>"));
        }
        file.push_str(&format!("]>{}", svg("<desc>&a9;</desc>")));
        assert_eq!(Artwork::read(file.as_bytes()), Err(ArtworkError::Entities));
        let file = format!("<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{}", svg("<desc>&x;</desc>"));
        assert_eq!(Artwork::read(file.as_bytes()), Err(ArtworkError::Entities));
    }

    #[test]
    fn a_billion_copies() {
        let mut content = String::from(r#"<defs><g id="a0"><path d="M0 0h1v1z"/></g>"#);
        for level in 1..10 {
            let below = format!(r##"<use href="#a{}"/>"##, level - 1).repeat(10);
            content.push_str(&format!(r#"<g id="a{level}">{below}</g>"#));
        }
        content.push_str(r##"</defs><use href="#a9"/>"##);
        assert_eq!(refusal(&content), ArtworkError::Elements);
        let long =
            format!(r##"<path id="a" d="M0 0{}"/>{}"##, "h1v1".repeat(20_000), r##"<use href="#a"/>"##.repeat(100));
        assert_eq!(refusal(&long), ArtworkError::Segments);
    }

    #[test]
    fn circles_of_references() {
        assert_eq!(refusal(r##"<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>"##), ArtworkError::Depth);
        let clips: String = ["ab", "bc", "ca"]
            .iter()
            .map(|pair| {
                format!(
                    r##"<clipPath id="{}" clip-path="url(#{})"><rect width="9" height="9"/></clipPath>"##,
                    &pair[..1],
                    &pair[1..]
                )
            })
            .collect();
        assert_eq!(refusal(&format!(r##"{clips}<g clip-path="url(#a)">{SQUARE}</g>"##)), ArtworkError::Clip);
        let gradients = r##"<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>"##;
        nodes(&format!(r##"{gradients}{SQUARE}<rect fill="url(#a)" width="9" height="9"/>"##));
    }

    #[test]
    fn text() {
        assert_eq!(refusal("<text x='1' y='9'>VIỆT NAM</text>"), ArtworkError::Text);
        assert_eq!(ArtworkError::Text.to_string(), "the SVG contains text: convert text to outlines");
    }

    #[test]
    fn a_gradient_that_is_used() {
        let gradient = |kind: &str| {
            format!(
                r##"<{kind} id="a"><stop offset="0" stop-color="red"/><stop offset="1"/></{kind}>
                    <rect width="9" height="9" fill="url(#a)"/>"##
            )
        };
        assert_eq!(refusal(&gradient("linearGradient")), ArtworkError::Gradient);
        assert_eq!(refusal(&gradient("radialGradient")), ArtworkError::Gradient);
    }

    #[test]
    fn effects_that_the_card_cannot_show_exactly() {
        for (content, error) in [
            ("<filter id='a'/>", ArtworkError::Filter),
            ("<g filter='blur(2px)'/>", ArtworkError::Filter),
            ("<g style='filter:url(#a)'/>", ArtworkError::Filter),
            ("<style>.a{filter:url(#a)}</style>", ArtworkError::Filter),
            ("<mask id='a'/>", ArtworkError::Mask),
            ("<pattern id='a'/>", ArtworkError::Pattern),
            ("<marker id='a'/>", ArtworkError::Marker),
            ("<path marker-end='url(#a)'/>", ArtworkError::Marker),
            ("<animateTransform/>", ArtworkError::Animation),
            ("<set/>", ArtworkError::Animation),
            ("<g style='mix-blend-mode:multiply'/>", ArtworkError::Blend),
            ("<path vector-effect='non-scaling-stroke'/>", ArtworkError::Unsupported("vector-effect".into())),
            ("<switch/>", ArtworkError::Unsupported("switch".into())),
            ("<foreignObject/>", ArtworkError::Unsupported("foreignObject".into())),
            ("<rect width='9' height='9' opacity='.5'/>", ArtworkError::Opacity),
            ("<rect width='9' height='9' fill='rgba(1,2,3,.5)'/>", ArtworkError::Opacity),
            ("<path d='M0 0h9' stroke='red' stroke-opacity='.5'/>", ArtworkError::Opacity),
            ("<path d='M0 0h9' stroke='red' stroke-dasharray='1'/>", ArtworkError::Dashes),
        ] {
            assert_eq!(refusal(content), error, "{content}");
        }
    }

    #[test]
    fn a_clip_path_that_cuts() {
        for shape in ["<rect width='50' height='100'/>", "<circle r='200'/>", "<path d='M0 0H100V100V0z'/>"] {
            let content = format!("<clipPath id='a'>{shape}</clipPath><g clip-path='url(#a)'>{SQUARE}</g>");
            assert_eq!(refusal(&content), ArtworkError::Clip, "{shape}");
        }
        assert_eq!(refusal("<clipPath id='a'><use href='#b'/></clipPath>"), ArtworkError::Clip);
        assert_eq!(refusal("<style>.a{clip-path:url(#a)}</style>"), ArtworkError::Clip);
    }

    #[test]
    fn too_much() {
        let dot = "<rect width='1' height='1'/>";
        assert_eq!(refusal(&dot.repeat(MAX_ELEMENTS)), ArtworkError::Elements);
        assert_eq!(refusal(&format!("{}{}", "<g>".repeat(64), "</g>".repeat(64))), ArtworkError::Depth);
        assert_eq!(refusal(&format!("<path d='M0 0{}'/>", "h1v1".repeat(30_000))), ArtworkError::Segments);
        let attributes: String = (0..600).map(|n| format!(" a{n}=''")).collect();
        assert!(matches!(refusal(&format!("<g{attributes}/>")), ArtworkError::Malformed(_)));
        let spaces: String = (0..300).map(|n| format!("<g xmlns:a{n}='b'>")).collect();
        assert!(matches!(refusal(&spaces), ArtworkError::Malformed(_)));
        let rules = ".a{fill:red}".repeat(6_000);
        assert_eq!(refusal(&format!("<style>{rules}</style>")), ArtworkError::StyleSheetTooLarge);
        assert_eq!(Artwork::read(&vec![b' '; MAX_BYTES + 1]), Err(ArtworkError::TooLarge(MAX_BYTES + 1)));
    }

    #[test]
    fn numbers_that_would_take_for_ever() {
        let number = |text: &str| ArtworkError::Number(text.into());
        assert_eq!(refusal("<path d='M0 0A1e300 1e300 0 0 1 9 9'/>"), number("1e300"));
        assert_eq!(refusal("<path d='M0 0A1 1 0 0 1 9-1000001'/>"), number("1000001"));
        assert_eq!(refusal("<circle r='.9e99'/>"), number("9e99"));
        assert_eq!(refusal("<circle r='0.9e300'/>"), number("0.9e300"));
        assert_eq!(refusal("<g style='stroke-width: 2E+7'/>"), number("2E+7"));
        assert_eq!(refusal("<ellipse rx='2em'/>"), ArtworkError::Unsupported("2em".into()));
        nodes("<path d='M.5.5h1e-9v1000000e-5h1.0000001z' id='x1e99'/>");
    }

    #[test]
    fn the_deepest_that_is_allowed_is_read() {
        nodes(&format!("{}{SQUARE}{}", "<g transform='scale(1)'>".repeat(62), "</g>".repeat(62)));
        nodes(&format!("{}{SQUARE}{}", "<svg width='100' height='100'>".repeat(62), "</svg>".repeat(62)));
    }

    #[test]
    fn what_is_nothing_or_reaches_beyond_its_page() {
        assert_eq!(refusal(""), ArtworkError::Blank);
        assert_eq!(refusal("<rect width='0' height='9'/>"), ArtworkError::Blank);
        assert_eq!(refusal(&format!("<g display='none'>{SQUARE}</g>")), ArtworkError::Blank);
        assert_eq!(refusal("<rect width='110' height='9'/>"), ArtworkError::Outside);
        let none = "<svg xmlns='http://www.w3.org/2000/svg' width='0' height='9'/>";
        assert_eq!(Artwork::read(none.as_bytes()), Err(ArtworkError::NoSize));
    }

    #[test]
    fn files_of_other_kinds() {
        assert_eq!(Artwork::read(b""), Err(ArtworkError::Format));
        assert_eq!(Artwork::read(b"GIF89a"), Err(ArtworkError::Format));
        assert_eq!(Artwork::read(b"\x1f\x8b\x08"), Err(ArtworkError::Compressed));
        assert_eq!(Artwork::read(b"\xff\xfe<\0s\0"), Err(ArtworkError::Encoding));
        assert_eq!(Artwork::read(b"<svg>\xe9</svg>"), Err(ArtworkError::Encoding));
        assert!(matches!(Artwork::read(b"<html/>"), Err(ArtworkError::Malformed(_) | ArtworkError::Unsupported(_))));
        assert!(matches!(Artwork::read(b"<svg"), Err(ArtworkError::Malformed(_))));
    }

    #[test]
    fn a_picture_of_the_wrong_size() {
        assert_eq!(Artwork::read(&png_file(1, 1)), Err(ArtworkError::TooFewPixels(1, 1)));
        assert_eq!(Artwork::read(&png_file(500, 129)), Err(ArtworkError::TooFewPixels(500, 129)));
        assert_eq!(Artwork::read(&png_file(3_001, 200)), Err(ArtworkError::TooManyPixels(3_001, 200)));
        assert_eq!(Artwork::read(&jpeg_file(8, 8)), Err(ArtworkError::TooFewPixels(8, 8)));
        assert_eq!(Artwork::read(&jpeg_file(3_001, 200)), Err(ArtworkError::TooManyPixels(3_001, 200)));
    }

    #[test]
    fn a_picture_that_is_cut_off_or_only_claims_to_be_one() {
        for (format, file) in [(PictureFormat::Png, png_file(200, 200)), (PictureFormat::Jpeg, jpeg_file(200, 200))] {
            for part in [file.len() / 2, file.len() - 12] {
                let read = Artwork::read(&file[..part]);
                assert!(matches!(read, Err(ArtworkError::Damaged(found, _)) if found == format), "{format:?} {part}");
            }
            let claims = [&file[..8], b"and nothing of the kind"].concat();
            assert!(matches!(Artwork::read(&claims), Err(ArtworkError::Damaged(found, _)) if found == format));
        }
    }

    #[test]
    fn a_picture_that_claims_to_be_vast() {
        let mut file = png_file(200, 200);
        file[16..24].copy_from_slice(&[0x7f; 8]); // width and height; the check sum no longer fits, whichever is seen first
        assert!(Artwork::read(&file).is_err());
    }
}

fn png_file(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&pixels(width * height * 4)).expect("as many bytes as it has");
    writer.finish().expect("an end");
    file
}

fn jpeg_file(width: u16, height: u16) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = pixels(u32::from(width) * u32::from(height) * 3);
    let encoder = jpeg_encoder::Encoder::new(&mut file, 80);
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).expect("as many bytes as it has");
    file
}

fn pixels(count: u32) -> Vec<u8> {
    (0..count).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// A file that has a little of everything.
fn sample() -> Vec<u8> {
    svg(r##"<style>.a{fill:#fd0;stroke:red}</style><defs><g id="g"><path class="a" d="M1 1C2 3 4 5 6 7a3 4 30 1 0 9 9q1 2 3 4z"/></g>
        <clipPath id="c"><rect width="100" height="100"/></clipPath><radialGradient id="r"><stop offset="1"/></radialGradient></defs>
        <use href="#g" x="9" transform="rotate(30) skewX(5)"/><g clip-path="url(#c)" style="stroke-linejoin:round;stroke-linecap:round">
        <rect x="9" y="9" width="20" height="30" rx="4" stroke="blue" stroke-width="2mm"/><polygon points="1,2 30,40 50,6"/></g>
        <svg x="50" y="50" width="20" height="20" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="url(#r)"/></svg>"##)
    .into_bytes()
}

/// The file with some bytes replaced by others and its end cut off at times.
fn damaged(file: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = file.len();
    let changes = prop::collection::vec(
        (0..length, prop_oneof![any::<u8>(), prop::char::range(' ', '~').prop_map(|c| c as u8)]),
        0..6,
    );
    (changes, prop_oneof![4 => Just(length), 1 => 0..length]).prop_map(move |(changes, end)| {
        let mut file = file.clone();
        for (at, byte) in changes {
            file[at] = byte;
        }
        file.truncate(end);
        file
    })
}

/// Numbers as they may stand in a drawing, and at times others.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -1e6..1e6_f64,
        8 => -200.0..200.0_f64,
        4 => (-320..6_i32).prop_map(|exponent| 10_f64.powi(exponent)),
        2 => Just(0.0),
        1 => any::<f64>(),
    ]
}

/// Words of the language, put together at random.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "<g ",
        "<path d=\"",
        "<use href=\"#a\"",
        "<svg ",
        "</g>",
        "</svg>",
        "/>",
        ">",
        "\"",
        " id=\"a\"",
        "M0 0",
        "h1e38",
        "v-1e39",
        "a1 1 0 1 1 ",
        "9 9",
        "NaN",
        "z",
        " transform=\"matrix(",
        "scale(1e-30)",
        ")\"",
        " stroke=\"red\"",
        " stroke-width=\"1e30\"",
        " width=\"1e-40\"",
        " height=\"5%\"",
        " viewBox=\"0 0 1e-20 1e20\"",
        " stroke-miterlimit=\"1e99\"",
        "<clipPath ",
        "<rect ",
        " clip-path=\"url(#a)\"",
        "<style>",
        "</style>",
        "a{",
        "}",
        "fill:",
        ";",
        "&#60;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "é",
    ]);
    prop::collection::vec(word, 0..40).prop_map(|words| svg(&words.concat()).into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Artwork::read(&bytes);
    }

    #[test]
    fn no_damaged_svg_panics(file in prop_oneof![damaged(sample()), soup()]) {
        if let Ok(artwork) = Artwork::read(&file) {
            let (width, height) = artwork.proportions();
            prop_assert!(width > 0 && height > 0);
            artwork.nodes(PLACE);
        }
    }

    #[test]
    fn no_damaged_picture_panics(file in prop_oneof![damaged(png_file(140, 131)), damaged(jpeg_file(140, 131))]) {
        let _ = Artwork::read(&file);
    }

    #[test]
    fn numbers_of_any_size_do_not_panic(
        a in number(), b in number(), c in number(), d in number(), limit in number(), rx in number()
    ) {
        let content = format!(
            "<g transform='matrix({c} {a} {b} 1 {d} 0) rotate({b})'><path d='M{a} {b}C{c} {d} {a} {a} {b} 1A{rx} {c} {a} 0 1 {d} 3' \
             stroke='red' stroke-width='{c}' stroke-miterlimit='{limit}'/><rect width='{c}' height='{a}' rx='{rx}' stroke='red'/></g>"
        );
        let _ = Artwork::read(svg(&content).as_bytes());
    }

    #[test]
    fn what_is_drawn_stays_in_its_place(
        x in 0_u8..80, y in 0_u8..80, width in 1_u8..20, height in 1_u8..20, turn in 0..360, place in (1_000..90_000, 1_000..90_000)
    ) {
        let content = format!(
            "<rect x='{x}' y='{y}' width='{width}' height='{height}'/><g transform='rotate({turn} 50 50)'>\
             <path d='M40 40L60 60' stroke='red' stroke-linecap='square'/></g>"
        );
        let place = Rect::new(Emu::um(500), Emu::um(700), Emu::um(place.0), Emu::um(place.1));
        let artwork = Artwork::read(svg(&content).as_bytes()).expect("this is fit");
        for node in artwork.nodes(place) {
            let Node::Fill { path, .. } = node else { panic!("areas alone") };
            let bounds = path.bounds().expect("it has points");
            // half a step of the grid may be lost on either side
            prop_assert!(place.grown(Emu::um(3)).contains(&bounds), "{bounds:?} {place:?}");
        }
    }
}
