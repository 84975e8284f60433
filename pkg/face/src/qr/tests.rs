//! The code as a whole: what is refused, and what decoders that are not ours read from the printer's dots.

use std::collections::BTreeMap;

use rxing::BarcodeFormat;

use super::records::{example, longest, records};
use super::*;
use crate::length::{Emu, Point, Rect};
use crate::scene::{Path, Segment};

fn code(fields: &QrFields, resolution: Resolution) -> Result<Code, Box<Refusal>> {
    Code::new(fields, Separator::default(), resolution, &Abbreviations::default())
}

/// The card's dots around the code: black on a white plate.
struct Dots {
    side: usize,
    luma: Vec<u8>,
}

/// Prints the symbol where it lies on its plate, with a dot of the card around the plate.
fn print(symbol: &Symbol, resolution: Resolution) -> Dots {
    let dot = Emu::dot(resolution.dpi());
    let side = (PLATE.0 / dot.0) as usize + 3;
    let place = resolution.place(symbol.width, Rect::new(dot, dot, PLATE, PLATE));
    let path = symbol.path(Point::new(place.x, place.y), resolution.module(symbol.width));
    let mut dots = Dots { side, luma: vec![255; side * side] };
    dots.fill(&path, dot);
    dots
}

impl Dots {
    fn fill(&mut self, path: &Path, dot: Emu) {
        let at = |length: Emu| {
            assert_eq!(length.0 % dot.0, 0, "every edge lies between two dots");
            (length.0 / dot.0) as usize
        };
        for rect in path.0.chunks(5) {
            let [Segment::Move(from), _, Segment::Line(to), _, Segment::Close] = rect else { panic!("{rect:?}") };
            for row in at(from.y)..at(to.y) {
                self.luma[row * self.side + at(from.x)..row * self.side + at(to.x)].fill(0);
            }
        }
    }

    fn read_by_rqrr(&self) -> Option<String> {
        let luma = |x: usize, y: usize| self.luma[y * self.side + x];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(self.side, self.side, luma);
        image.detect_grids().iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
    }

    fn read_by_rxing(&self) -> Option<String> {
        let side = self.side as u32;
        let read = rxing::helpers::detect_in_luma_slice(&self.luma, side, side, Some(BarcodeFormat::QR_CODE));
        read.ok().map(|result| result.getText().to_owned())
    }
}

#[test]
fn foreign_decoders_read_what_is_printed_at_300_dpi() {
    read_by_others(Resolution::Dpi300);
}

#[test]
fn foreign_decoders_read_what_is_printed_at_600_dpi() {
    read_by_others(Resolution::Dpi600);
}

fn read_by_others(resolution: Resolution) {
    let mut read = 0;
    for (at, fields) in records(500).enumerate() {
        let Ok(code) = code(&fields, resolution) else { continue };
        let dots = print(&code.symbol, resolution);
        assert_eq!(dots.read_by_rqrr().as_deref(), Some(code.payload.as_str()), "{at}");
        if at % 5 == 0 {
            assert_eq!(dots.read_by_rxing().as_deref(), Some(code.payload.as_str()), "{at}");
        }
        let reading = decode(code.payload.as_str()).unwrap();
        assert!(Field::ALL.iter().all(|field| reading.get(*field) == Some(code.payload.get(*field))));
        read += 1;
    }
    assert!(read > 450, "{read}");
}

#[test]
fn every_separator_and_mixed_segments_are_read_too() {
    for separator in Separator::ALL {
        let separator = Separator::new(separator).unwrap();
        let fields = QrFields { full_name: "NGUYEN VAN AN".into(), position: "GV 0123456789".into(), ..example() };
        let code = Code::new(&fields, separator, Resolution::Dpi300, &Abbreviations::default()).unwrap();
        let dots = print(&code.symbol, Resolution::Dpi300);
        assert_eq!(dots.read_by_rqrr().as_deref(), Some(code.payload.as_str()));
        assert_eq!(dots.read_by_rxing().as_deref(), Some(code.payload.as_str()));
    }
}

#[test]
fn the_longest_legal_payload_is_refused() {
    // C5, R85: 130 characters, 275 bytes, 11-L
    for (resolution, dots) in [(Resolution::Dpi300, 2), (Resolution::Dpi600, 4)] {
        let refusal = code(&longest(), resolution).unwrap_err();
        assert_eq!(refusal.faults, [Fault::TooDense(TooDense { version: Some(11), resolution })]);
        assert_eq!((refusal.budget.chars, refusal.budget.bytes, refusal.budget.over()), (130, 275, 0));
        let print = refusal.budget.print.unwrap();
        assert_eq!((print.version, print.modules, print.dots, print.fits()), (11, 61, dots, false));
        assert_eq!(refusal.proposal, None, "there is no word in it");
    }
}

#[test]
fn a_refusal_names_the_abbreviation_that_would_make_it_fit() {
    let fields = QrFields {
        managing_agency: "Ủy ban nhân dân tỉnh Hương Giang".into(),
        position: "Phó Chi cục trưởng".into(),
        ..example()
    };
    let refusal = code(&fields, Resolution::Dpi300).unwrap_err();
    let over: Vec<_> = refusal.faults.iter().map(|fault| (fault.field(), fault.over())).collect();
    assert_eq!(over, [(Some(Field::ManagingAgency), 2), (Some(Field::Position), 1)]);
    let proposal = refusal.proposal.unwrap();
    let named: Vec<_> = proposal.applied.iter().map(|one| (one.field, one.abbreviation.long())).collect();
    assert_eq!(named, [(Field::ManagingAgency, "Ủy ban nhân dân"), (Field::Position, "Phó Chi cục trưởng")]);
    let code = code(&proposal.fields, Resolution::Dpi300).unwrap();
    assert_eq!(code.payload.get(Field::ManagingAgency), "UBND tỉnh Hương Giang");
    assert_eq!(code.payload.get(Field::Position), "P. Chi cục trưởng");
}

#[test]
fn a_symbol_that_is_too_dense_is_helped_by_an_abbreviation_too() {
    let fields = QrFields {
        full_name: "Nguyễn Thị Phượng Nguyệt".into(),
        unit_code: "H57.10.05".into(),
        managing_agency: "Ủy ban nhân dân xã Đường Sường".into(),
        position: "Phó Trưởng phòng".into(),
        host: "the.cbcc.gov.vn".into(),
        ..example()
    };
    let refusal = code(&fields, Resolution::Dpi300).unwrap_err();
    let dense = TooDense { version: Some(8), resolution: Resolution::Dpi300 };
    assert_eq!(refusal.faults, [Fault::TooDense(dense)]);
    let proposal = refusal.proposal.unwrap();
    assert_eq!(proposal.applied.len(), 1);
    assert!(code(&proposal.fields, Resolution::Dpi300).is_ok());
    assert!(code(&fields, Resolution::Dpi600).is_ok(), "as it is");
}

#[test]
fn what_abbreviations_cannot_help_is_not_hidden_by_a_proposal() {
    let fields =
        QrFields { full_name: "Công Huyền Tôn Nữ Thị Hoài An".into(), sex: String::new(), ..example() };
    let refusal = code(&fields, Resolution::Dpi600).unwrap_err();
    let name = Fault::TooLong { field: Field::FullName, found: 29, maximum: 25 };
    assert_eq!(refusal.faults, [name, Fault::Empty { field: Field::Sex }]);
    assert_eq!(refusal.proposal, None);
    assert!(!format!("{refusal:?}").contains("Huyền"), "no personal data in the log");
}

/// `cargo test -p face --release -- --ignored --nocapture 20_000` prints what it counted.
#[test]
#[ignore = "takes minutes; prints the share that is refused"]
fn most_of_20_000_records_fit() {
    for resolution in [Resolution::Dpi300, Resolution::Dpi600] {
        let mut tally = Tally::default();
        for fields in records(20_000) {
            tally.count(&fields, resolution);
        }
        tally.report(resolution);
        assert_eq!(tally.unread, [0, 0]);
        assert!(tally.refused * 1_000 < tally.records * 15, "with the proposals at most 1.5 % are refused");
    }
}

#[derive(Default)]
struct Tally {
    records: usize,
    chars: Vec<usize>,
    bytes: Vec<usize>,
    versions: BTreeMap<String, usize>,
    faults: BTreeMap<String, usize>,
    unread: [usize; 2],
    helped: usize,
    refused: usize,
    host_only: usize,
    mixed: usize,
}

impl Tally {
    fn count(&mut self, fields: &QrFields, resolution: Resolution) {
        self.records += 1;
        let first = code(fields, resolution);
        let budget = Budget::new(fields, Separator::default(), resolution);
        self.chars.push(budget.chars);
        self.bytes.push(budget.bytes);
        if let Err(refusal) = &first {
            for fault in &refusal.faults {
                let kind = match fault {
                    Fault::TooDense(dense) => format!("version {}", dense.version.unwrap_or(0)),
                    Fault::Total { .. } => "total".to_owned(),
                    fault => fault.field().map_or_else(String::new, |field| field.to_string()),
                };
                *self.faults.entry(kind).or_default() += 1;
            }
        }
        let proposed = first.or_else(|refusal| {
            let code = refusal.proposal.as_ref().and_then(|proposal| code(&proposal.fields, resolution).ok());
            self.helped += usize::from(code.is_some());
            code.ok_or(refusal)
        });
        let Ok(code) = proposed else {
            self.refused += 1;
            return;
        };
        *self.versions.entry(format!("{:?}", code.symbol)).or_default() += 1;
        self.host_only += usize::from(!code.payload.get(Field::StatusUrl).contains('/'));
        let layout = layout::Layout::of(code.payload.as_str().as_bytes());
        self.mixed += usize::from(layout.is_some_and(|layout| layout.segments.len() > 1));
        let dots = print(&code.symbol, resolution);
        for (unread, text) in self.unread.iter_mut().zip([dots.read_by_rqrr(), dots.read_by_rxing()]) {
            *unread += usize::from(text.as_deref() != Some(code.payload.as_str()));
        }
    }

    fn report(&mut self, resolution: Resolution) {
        for (what, numbers) in [("characters", &mut self.chars), ("bytes", &mut self.bytes)] {
            numbers.sort_unstable();
            let at = |percent: usize| numbers.get((numbers.len().saturating_sub(1)) * percent / 100);
            println!("{resolution:?} {what}: min, median, 95 %, max {:?}", [0, 50, 95, 100].map(at));
        }
        println!("  refused as they are {}, of {}", self.helped + self.refused, self.records);
        println!("  fit with a proposal {}, refused all the same {}", self.helped, self.refused);
        println!("  faults {:?}", self.faults);
        println!("  versions {:?}", self.versions);
        println!("  address without code {}, mixed segments {}", self.host_only, self.mixed);
        println!("  not read by rqrr {}, by rxing {}", self.unread[0], self.unread[1]);
    }
}
