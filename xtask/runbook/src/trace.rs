//! A recording: `> 90 60 …` to the card, `< … 91 AF` from it, `! …` random bytes of the host, `~` the field was off, `# …` remarks.
use anyhow::{Result, bail};
use std::fmt::Write as _;

/// What happened, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Random([u8; 16]),
    FieldOff,
    Exchange { sent: Vec<u8>, answered: Vec<u8> },
    Remark(String),
}

pub fn write(events: &[Event]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Random(bytes) => line(&mut text, '!', &digits(bytes)),
            Event::FieldOff => text.push_str("~\n"),
            Event::Exchange { sent, answered } => {
                line(&mut text, '>', &digits(sent));
                line(&mut text, '<', &digits(answered));
            }
            Event::Remark(remark) => line(&mut text, '#', remark),
        }
    }
    text
}

fn line(text: &mut String, sign: char, rest: &str) {
    let _ = writeln!(text, "{sign} {rest}");
}

pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

pub fn read(text: &str) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut sent = None;
    for (nth, line) in (1..).zip(text.lines().filter(|line| !line.is_empty())) {
        let (sign, rest) = line.split_at(1);
        let bytes =
            || -> Result<Vec<u8>> { rest.split_whitespace().map(|byte| Ok(u8::from_str_radix(byte, 16)?)).collect() };
        match (sign, sent.take()) {
            (">", None) => sent = Some(bytes()?),
            ("<", Some(sent)) => events.push(Event::Exchange { sent, answered: bytes()? }),
            ("!", None) => {
                let Ok(random) = bytes()?.try_into() else { bail!("line {nth}: not sixteen random bytes") };
                events.push(Event::Random(random));
            }
            ("~", None) => events.push(Event::FieldOff),
            ("#", None) => events.push(Event::Remark(rest.trim().to_owned())),
            _ => bail!("line {nth} is out of turn: {line}"),
        }
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let events = [
            Event::Remark("ev1".into()),
            Event::Random([0xA5; 16]),
            Event::Exchange { sent: vec![0x90, 0x60, 0, 0, 0], answered: vec![0x91, 0xAF] },
            Event::FieldOff,
        ];
        assert_eq!(read(&write(&events)).unwrap(), events);
        assert!(read("< 91 00").is_err());
        assert!(read("> 90\n> 90").is_err());
        assert!(read("! 01").is_err());
    }
}
