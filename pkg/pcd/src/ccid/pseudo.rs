//! Commands that the reader answers itself (PC/SC part 3 §3.2).
use picc::Activation;

/// `None` when the command is for the card.
pub(crate) fn answer(command: &[u8], activation: &Activation) -> Option<Vec<u8>> {
    match command {
        [0xFF, 0xCA, 0x00, 0x00, le @ ..] => Some(get(&activation.uid, le)),
        [0xFF, 0xCA, 0x01, 0x00, le @ ..] => Some(get(&activation.ats, le)),
        [0xFF, 0xCA, ..] => Some(vec![0x6A, 0x81]),
        [0xFF, ..] => Some(vec![0x6A, 0x81]), // function not supported
        _ => None,
    }
}

/// GET DATA (PC/SC part 3 §3.2.2.1.3): 6C with the length when Le is too short, 62 82 when it is too long.
fn get(value: &[u8], le: &[u8]) -> Vec<u8> {
    let wanted = match le {
        [] => return vec![0x67, 0x00],
        [0] => value.len(),
        [le] => usize::from(*le),
        _ => return vec![0x67, 0x00],
    };
    let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
    match wanted.cmp(&value.len()) {
        std::cmp::Ordering::Less => vec![0x6C, length],
        std::cmp::Ordering::Equal => [value, &[0x90, 0x00]].concat(),
        std::cmp::Ordering::Greater => [value, &[0x62, 0x82]].concat(),
    }
}
