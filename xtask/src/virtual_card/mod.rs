//! `cargo xtask virtual-card`: the simulated card, offered to any PC/SC program through Debian's `pcscd` and
//! `vsmartcard-vpcd`, or to a peer that plays the reader itself.
mod reader;
mod transcript;
mod wire;

use crate::group::stopped;
use anyhow::{Context, Result, ensure};
use clap::Args;
use picc::{Card, Memory, Model, State};
use reader::Reader;
use std::fs::{self, File};
use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use transcript::Transcript;

#[derive(Args)]
pub struct Options {
    /// Generation: ev1, ev2 or ev3
    #[arg(long, value_parser = model, default_value = "ev3")]
    model: Model,
    /// Size: 2k, 4k, 8k or 16k
    #[arg(long, value_parser = memory, default_value = "8k")]
    memory: Memory,
    /// Identifier, 14 hexadecimal digits; by chance when left out
    #[arg(long, value_name = "HEX", value_parser = uid)]
    uid: Option<[u8; 7]>,
    /// Keeps the card in this JSON file; a card that is there already is taken, whatever the options above say
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Where vsmartcard-vpcd waits for a card
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:35963", conflicts_with = "listen")]
    vpcd: String,
    /// Waits for a peer that plays the reader, with the same framing; an address of this machine only
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// Writes what passes: `> 90 5A …` to the card, `< 91 00` from it
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

pub fn offer(options: &Options) -> Result<()> {
    let card = Card::from_state(memory_of(options)?, Box::new(random));
    let transcript = Transcript::to(options.trace.as_deref())?;
    let mut reader = Reader::new(card, options.state.clone(), transcript);
    match &options.listen {
        Some(address) => listen(address, &mut reader),
        None => {
            let stream = connect(&options.vpcd)?;
            println!("the card lies on the reader at {}; Ctrl-C takes it away", options.vpcd);
            wire::serve(stream, &mut reader)
        }
    }
}

/// Peers one after the other; each finds the card without power.
fn listen(address: &str, reader: &mut Reader) -> Result<()> {
    let address = resolved(address)?;
    ensure!(address.ip().is_loopback(), "{address} can be reached from outside: give an address such as 127.0.0.1:0");
    let listener = TcpListener::bind(address).with_context(|| format!("nothing can listen on {address}"))?;
    println!("listening on {}", listener.local_addr()?);
    listener.set_nonblocking(true)?; // so that Ctrl-C is noticed
    while !stopped() {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                if let Err(error) = wire::serve(stream, reader) {
                    eprintln!("the peer is gone: {error:#}");
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => thread::sleep(Duration::from_millis(20)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The reader may still be starting.
fn connect(address: &str) -> Result<TcpStream> {
    let resolved = resolved(address)?;
    for _ in 0..50 {
        if stopped() {
            break;
        }
        if let Ok(stream) = TcpStream::connect(resolved) {
            return Ok(stream);
        }
        thread::sleep(Duration::from_millis(200));
    }
    let stream = TcpStream::connect(resolved);
    stream.with_context(|| format!("no reader waits at {address}: is pcscd running, with vsmartcard-vpcd installed?"))
}

fn resolved(address: &str) -> Result<SocketAddr> {
    let mut found = address.to_socket_addrs().with_context(|| format!("{address} is no HOST:PORT"))?;
    found.next().with_context(|| format!("{address} has no address"))
}

/// The memory from the file, or a new card's.
fn memory_of(options: &Options) -> Result<State> {
    if let Some(file) = options.state.as_deref().filter(|file| file.exists()) {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        return serde_json::from_str(&text).with_context(|| format!("{} is no card", file.display()));
    }
    let uid = options.uid.unwrap_or_else(|| {
        let mut uid = [0; 7];
        random(&mut uid);
        uid[0] = 0x04; // the maker
        uid
    });
    Ok(State::factory(options.model, options.memory, uid))
}

/// The system's random numbers.
fn random(bytes: &mut [u8]) {
    let filled = File::open(Path::new("/dev/urandom")).and_then(|mut file| file.read_exact(bytes));
    filled.expect("/dev/urandom can be read");
}

fn model(text: &str) -> Result<Model, String> {
    named(text, "ev1, ev2 or ev3")
}

fn memory(text: &str) -> Result<Memory, String> {
    named(text, "2k, 4k, 8k or 16k")
}

/// By the name that the exported state uses too.
fn named<T: serde::de::DeserializeOwned>(text: &str, names: &str) -> Result<T, String> {
    serde_json::from_value(text.to_lowercase().into()).map_err(|_| format!("one of {names}"))
}

fn uid(text: &str) -> Result<[u8; 7], String> {
    let wrong = || "14 hexadecimal digits".to_owned();
    let mut uid = [0; 7];
    if text.len() != 14 || !text.is_ascii() {
        return Err(wrong());
    }
    for (place, byte) in uid.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).map_err(|_| wrong())?;
    }
    Ok(uid)
}
