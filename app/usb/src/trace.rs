//! What passed between page and reader, for a support request: kinds, lengths, beginnings and status words, and no data of a card.
use std::cell::RefCell;
use std::collections::VecDeque;

/// The oldest lines go first.
const MOST: usize = 2_000;
/// Bytes that are kept of the beginning of what goes out and comes in: a reader's own header, and a command's.
#[derive(Clone, Copy)]
pub struct Kept {
    pub out: usize,
    pub incoming: usize,
}

impl Kept {
    /// A command by itself: its header, and of the answer the status word alone.
    pub const APDU: Kept = Kept { out: 5, incoming: 0 };
}

thread_local! {
    static LINES: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
}

fn line(text: &str) {
    // whole milliseconds: numbers with fractions would bring their own formatting along
    let at = web_sys::window().and_then(|window| window.performance()).map_or(0, |clock| clock.now() as u32);
    LINES.with_borrow_mut(|lines| {
        if lines.len() == MOST {
            lines.pop_front();
        }
        lines.push_back(format!("{at:8} {text}"));
    });
}

/// A remark.
pub fn note(text: &str) {
    line(&format!("# {text}"));
}

/// A transfer to the reader.
pub fn out(bytes: &[u8], kept: Kept) {
    line(&format!("> {}", shortened(bytes, kept.out)));
}

/// A transfer from the reader.
pub fn incoming(bytes: &[u8], kept: Kept) {
    line(&format!("< {}", shortened(bytes, kept.incoming)));
}

/// The beginning, how much is left out, and the last two bytes.
fn shortened(bytes: &[u8], keep: usize) -> String {
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
    if bytes.len() <= keep + 2 {
        return digits(bytes);
    }
    let (first, last) = (&bytes[..keep], &bytes[bytes.len() - 2..]);
    format!("{} … {} bytes … {}", digits(first), bytes.len() - keep - 2, digits(last))
}

/// All of it.
pub fn text() -> String {
    LINES.with_borrow(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
}
