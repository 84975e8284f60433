//! The protocol of vsmartcard-vpcd: a length of two bytes, most significant first, then that many bytes.
use super::reader::Reader;
use crate::group::stopped;
use anyhow::Result;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Messages of one byte that are for the card's power. No command of a card consists of one of these bytes alone.
const POWER_OFF: u8 = 0x00;
const POWER_ON: u8 = 0x01;
const RESET: u8 = 0x02;
const GET_ATR: u8 = 0x04;

/// Answers until the other side goes away or Ctrl-C is pressed.
pub fn serve(mut stream: TcpStream, reader: &mut Reader) -> Result<()> {
    stream.set_nodelay(true)?; // or each exchange waits for an acknowledgement
    stream.set_read_timeout(Some(Duration::from_millis(200)))?; // so that Ctrl-C is noticed
    reader.take_away();
    while let Some(message) = receive(&mut stream)? {
        match message[..] {
            [] => {}
            [POWER_OFF] => reader.power_off(),
            [POWER_ON | RESET] => reader.power_on(),
            [GET_ATR] => send(&mut stream, &reader.atr())?,
            _ => send(&mut stream, &reader.transmit(&message)?)?,
        }
    }
    reader.power_off();
    Ok(())
}

/// `None` when the other side is gone between two messages.
fn receive(stream: &mut TcpStream) -> Result<Option<Vec<u8>>> {
    // the other side writes length and message apart: it holds the second back until the first is acknowledged
    #[cfg(target_os = "linux")]
    rustix::net::sockopt::set_tcp_quickack(&*stream, true)?;
    let mut length = [0; 2];
    if !fill(stream, &mut length)? {
        return Ok(None);
    }
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    Ok(fill(stream, &mut message)?.then_some(message))
}

/// Reads all of it; `false` when the other side is gone before.
fn fill(stream: &mut TcpStream, bytes: &mut [u8]) -> Result<bool> {
    let mut filled = 0;
    while filled < bytes.len() {
        if stopped() {
            return Ok(false);
        }
        match stream.read(&mut bytes[filled..]) {
            Ok(0) => return Ok(false),
            Ok(count) => filled += count,
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

fn send(stream: &mut TcpStream, bytes: &[u8]) -> Result<()> {
    let length = u16::try_from(bytes.len())?;
    Ok(stream.write_all(&[&length.to_be_bytes(), bytes].concat())?)
}
