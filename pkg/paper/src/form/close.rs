//! Who signs, and who receives it.

use super::head::capitals;
use super::{Columns, Para, Piece, Sizes, mm};
use crate::block::{Align, Run};
use crate::document::Signature;

/// Room for a signature and a seal.
const SIGNED: f32 = 22.0;
/// Most that stand side by side.
const SIDE_BY_SIDE: usize = 3;

/// Mục II §7–9: one signature stands at the right, the receivers at its left; of several the receivers stand below.
pub(super) fn pieces(pieces: &mut Vec<Piece<'_>>, signatures: &[Signature], recipients: &[String], sizes: Sizes) {
    let received = received(recipients);
    let columns =
        |shares: Vec<f32>, cells| Piece::Columns(Columns { shares, cells, before: mm(5.0), is_closing: true });
    match signatures {
        [] if received.is_empty() => {}
        [] => pieces.push(columns(vec![0.5, 0.5], vec![received, Vec::new()])),
        [one] => pieces
            .push(columns(vec![0.47, 0.53], vec![received, [capacity(one, sizes), vec![name(one, sizes)]].concat()])),
        several => {
            for row in several.chunks(SIDE_BY_SIDE) {
                // names stand at one height, however many lines are above them
                let shares = vec![1.0 / row.len() as f32; row.len()];
                let capacities = row.iter().map(|signature| capacity(signature, sizes)).collect();
                pieces.push(columns(shares.clone(), capacities));
                pieces.push(Piece::Columns(Columns {
                    before: 0.0,
                    shares,
                    cells: row.iter().map(|signature| vec![name(signature, sizes)]).collect(),
                    is_closing: true,
                }));
            }
            if !received.is_empty() {
                pieces.push(columns(vec![0.5, 0.5], vec![received, Vec::new()]));
            }
        }
    }
}

fn capacity(signature: &Signature, sizes: Sizes) -> Vec<Para> {
    let centred = |run, size| Para::new(vec![run], size, Align::Centre);
    let capacity = signature.capacity.iter().filter(|line| !line.is_empty());
    let mut paras: Vec<Para> = capacity.map(|line| centred(Run::bold(capitals(line)), sizes.head)).collect();
    if !signature.note.is_empty() {
        paras.push(centred(Run::italic(signature.note.clone()), sizes.head - 1.0));
    }
    paras
}

/// The name below the room for the signature, which an empty name leaves, too.
fn name(signature: &Signature, sizes: Sizes) -> Para {
    Para::new(vec![Run::bold(signature.name.clone())], sizes.text, Align::Centre).before(mm(SIGNED))
}

/// «Nơi nhận:» in bold italics of 12 points, the list in 11.
fn received(recipients: &[String]) -> Vec<Para> {
    let mut paras = Vec::new();
    if !recipients.is_empty() {
        paras.push(Para::new(vec![Run::bold_italic("Nơi nhận:")], 12.0, Align::Left));
        let items = ended(recipients).map(|name| Para::new(vec![Run::new(format!("- {name}"))], 11.0, Align::Left));
        paras.extend(items);
    }
    paras
}

/// Each with its semicolon, the last with its full stop, where they have no mark of their own.
pub(super) fn ended(names: &[String]) -> impl Iterator<Item = String> {
    names.iter().enumerate().map(|(index, name)| {
        let name = name.trim_end();
        let mark = if index + 1 == names.len() { "." } else { ";" };
        if name.ends_with([';', '.', ',']) { name.to_owned() } else { format!("{name}{mark}") }
    })
}
