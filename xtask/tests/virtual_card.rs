//! `virtual-card --listen` over TCP, as a peer in any language would talk to it.
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The command at work; ended when it goes.
struct Offered {
    command: Child,
    address: String,
}

impl Offered {
    fn start(options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["virtual-card", "--listen", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask can be started");
        let mut line = String::new();
        let output = command.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).expect("it says where it listens");
        let address = line.trim().strip_prefix("listening on ").expect("an address").to_owned();
        Self { command, address }
    }

    fn connect(&self) -> Peer {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Peer(stream)
    }
}

impl Drop for Offered {
    fn drop(&mut self) {
        _ = self.command.kill();
        _ = self.command.wait();
    }
}

struct Peer(TcpStream);

impl Peer {
    fn send(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).expect("a short message");
        self.0.write_all(&[&length.to_be_bytes(), message].concat()).expect("the card is there");
    }

    fn ask(&mut self, message: &[u8]) -> Vec<u8> {
        self.send(message);
        let mut length = [0; 2];
        self.0.read_exact(&mut length).expect("an answer");
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        self.0.read_exact(&mut answer).expect("all of it");
        answer
    }
}

fn text(file: &Path) -> &str {
    file.to_str().expect("a path of plain characters")
}

#[test]
fn a_peer_plays_the_reader() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, trace) = (folder.path().join("card.json"), folder.path().join("trace.txt"));
    let options = ["--model", "ev1", "--uid", "04A1A2A3A4A5A6", "--state", text(&state), "--trace", text(&trace)];
    {
        let offered = Offered::start(&options);
        let mut peer = offered.connect();
        assert_eq!(peer.ask(&[0x04]), [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]);
        assert_eq!(peer.ask(&[0x60]), [0; 0]); // no power yet
        peer.send(&[0x01]);
        assert_eq!(peer.ask(&[0xFF, 0xCA, 0, 0, 0]), [0x04, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0x90, 0x00]);
        assert_eq!(peer.ask(&[0x90, 0xCA, 0, 0, 5, 1, 2, 3, 0x0F, 0x81, 0]), [0x91, 0x00]);
        assert_eq!(peer.ask(&[0x5A, 1, 2, 3]), [0x00]); // native
        peer.send(&[0x02]);
        assert_eq!(peer.ask(&[0x6A]), [0x00, 1, 2, 3]); // one byte, and still a command
        drop(peer);
        // the next peer finds the card without power
        assert_eq!(offered.connect().ask(&[0x60]), [0; 0]);
    }
    let written = fs::read_to_string(&trace).expect("a transcript");
    assert!(written.contains("> 90 CA 00 00 05 01 02 03 0F 81 00\n< 91 00\n> 5A 01 02 03\n< 00\n"), "{written}");

    let offered = Offered::start(&["--state", text(&state)]);
    let mut peer = offered.connect();
    peer.send(&[0x01]);
    assert_eq!(peer.ask(&[0x6A]), [0x00, 1, 2, 3]);
}

#[test]
fn nothing_outside_this_machine_is_served() {
    let refused = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["virtual-card", "--listen", "0.0.0.0:0"])
        .output()
        .expect("xtask can be started");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("can be reached from outside"));
}
