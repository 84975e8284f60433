//! What a batch of cards costs as PDF: against a bare pdf-writer loop that writes the same pages, in one run; and how much memory it takes.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[path = "../tests/sample/mod.rs"]
#[expect(dead_code, reason = "tests take the rest")]
mod sample;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use face::length::Emu;
use face::pdf::{Options, Side, Writer};
use face::scene::{Item, Node, Picture, Scene, Segment, Weight};
use hayro_syntax::Pdf as Read;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str};

/// Cards that differ; a batch repeats them.
const KINDS: u32 = 48;
/// Cards of a timed batch.
const CARDS: usize = 2_000;
const ROUNDS: usize = 7;
/// Cards of the batch whose memory is measured.
const MANY: usize = 30_000;

fn main() {
    let ground = sample::ground();
    let photos: Vec<Picture> = (0..8).map(sample::photo).collect();
    let scenes: Vec<Scene> = (0..KINDS).map(|number| sample::card(number, &photos[number as usize % 8])).collect();
    // first of all, as the highest mark never falls
    let before = peak();
    let started = Instant::now();
    let length = ours(&scenes, &ground, MANY);
    let seconds = started.elapsed().as_secs_f64();
    let after = peak();
    let megabytes = length as f64 / 1e6;
    println!(
        "batch      {MANY} cards, {megabytes:.0} MB in {seconds:.1} s; at most {after} MB of memory, {before} MB of them before (goal ≤ 200)"
    );

    let contents: Vec<Vec<u8>> = scenes.iter().map(|scene| encoded(scene, &ground)).collect();
    let photo = photos[0].bytes.len();
    println!("card       photograph of {photo} bytes, page content of {} bytes unpacked", contents[0].len());
    let mut best = [f64::MAX; 4];
    for _ in 0..ROUNDS {
        let runs: [&dyn Fn() -> usize; 4] = [
            &|| ours(&scenes, &ground, CARDS),
            &|| bare(&scenes, |index| contents[index].clone(), false),
            &|| bare(&scenes, |index| by_content(&scenes[index]), false),
            &|| bare(&scenes, |index| by_content(&scenes[index]), true),
        ];
        for (run, best) in runs.iter().zip(&mut best) {
            let started = Instant::now();
            black_box(run());
            *best = best.min(started.elapsed().as_secs_f64());
        }
    }
    let [ours, others @ ..] = best;
    let rate = |seconds: f64| CARDS as f64 / seconds;
    println!("ours       {:.0} cards a second", rate(ours));
    for (name, seconds) in ["encoded before", "by its operators", "by its operators, packed"].iter().zip(others) {
        println!(
            "bare loop  {:.0} cards a second, content {name}: ours is {:.2} of it (goal ≥ 0.4)",
            rate(seconds),
            seconds / ours
        );
    }
}

/// A batch, thrown away as it comes; its length.
fn ours(scenes: &[Scene], ground: &Arc<[Item]>, cards: usize) -> usize {
    let (mut out, mut length) = (Vec::new(), 0);
    let mut writer = Writer::new(sample::fonts(), Options::default(), &mut out).unwrap();
    for scene in scenes.iter().cycle().take(cards) {
        writer.page(Side { scene, ground: Some(ground) }, &mut out).unwrap();
        length += black_box(&out).len();
        out.clear();
    }
    writer.finish(&mut out).unwrap();
    length + out.len()
}

/// The page content that the batch has for a card.
fn encoded(scene: &Scene, ground: &Arc<[Item]>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::new(sample::fonts(), Options::default(), &mut out).unwrap();
    writer.page(Side { scene, ground: Some(ground) }, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    Read::new(out).unwrap().pages()[0].page_stream().unwrap().to_vec()
}

/// The loop that somebody writes who has nothing but pdf-writer.
fn bare(scenes: &[Scene], content: impl Fn(usize) -> Vec<u8>, is_packed: bool) -> usize {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let [catalogue, tree, font, ground] = [(); 4].map(|()| next.bump());
    pdf.catalog(catalogue).pages(tree);
    pdf.indirect(font).dict();
    pdf.form_xobject(ground, b"").bbox(Rect::new(0.0, 0.0, 243.0, 153.0));
    let mut kids = Vec::new();
    for index in (0..scenes.len()).cycle().take(CARDS) {
        let [page, stream, photo] = [(); 3].map(|()| next.bump());
        let bytes = content(index);
        if is_packed {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut encoder, &bytes).unwrap();
            pdf.stream(stream, &encoder.finish().unwrap()).filter(Filter::FlateDecode);
        } else {
            pdf.stream(stream, &bytes);
        }
        let Node::Picture { picture, .. } = &scenes[index].items[0].node else { panic!("the photograph comes first") };
        let mut image = pdf.image_xobject(photo, &picture.bytes);
        image.filter(Filter::DctDecode);
        image.width(picture.pixels.0 as i32).height(picture.pixels.1 as i32).bits_per_component(8);
        image.color_space().device_rgb();
        image.finish();
        let mut writer = pdf.page(page);
        let size = Rect::new(0.0, 0.0, 243.0, 153.0);
        writer.parent(tree).media_box(size).trim_box(size).contents(stream);
        let mut resources = writer.resources();
        resources.pair(Name(b"Font"), font);
        resources.x_objects().pair(Name(b"X0"), ground).pair(Name(b"X1"), photo);
        resources.finish();
        writer.finish();
        kids.push(page);
    }
    let count = kids.len() as i32;
    pdf.pages(tree).kids(kids).count(count);
    pdf.finish().len()
}

/// A page's content by pdf-writer's own operators.
fn by_content(scene: &Scene) -> Vec<u8> {
    let pt = |length: Emu| length.to_pt() as f32;
    let up = |length: Emu| pt(scene.height - length);
    let mut content = Content::new();
    content.x_object(Name(b"X0"));
    for item in &scene.items {
        match &item.node {
            Node::Picture { place, .. } => {
                content.save_state();
                content.transform([pt(place.width), 0.0, 0.0, pt(place.height), pt(place.x), up(place.bottom())]);
                content.x_object(Name(b"X1"));
                content.restore_state();
            }
            Node::Text(text) => {
                let [r, g, b] = text.ink.colour().rgb.map(|value| f32::from(value) / 255.0);
                content.set_fill_rgb(r, g, b);
                content.begin_text();
                content.set_font(Name(if text.weight == Weight::Bold { b"B" } else { b"R" }), pt(text.size));
                content.next_line(pt(text.origin.x), up(text.origin.y));
                let glyphs: Vec<u8> = text.glyphs.iter().flat_map(|glyph| glyph.id.to_be_bytes()).collect();
                content.show(Str(&glyphs));
                content.end_text();
            }
            Node::Fill { path, ink, .. } => {
                let [r, g, b] = ink.colour().rgb.map(|value| f32::from(value) / 255.0);
                content.set_fill_rgb(r, g, b);
                for rect in path.0.chunks(5) {
                    let [Segment::Move(from), _, Segment::Line(to), ..] = rect else { panic!("only rectangles here") };
                    content.rect(pt(from.x), up(from.y), pt(to.x - from.x), pt(from.y - to.y));
                }
                content.fill_nonzero();
            }
            Node::Stroke { .. } => panic!("no lines here"),
        }
    }
    content.finish().into_vec()
}

/// The most memory that the process ever had, in megabytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_000
}
