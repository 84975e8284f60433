//! Drives a factory-fresh simulated card, which listens at the address that is given, with the crate `desfire` of the registry:
//! authenticate with DES and AES, make an application, change its keys, write and read a file. Any disagreement ends it with an
//! error.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;

use desfire::Card;
use desfire::desfire::{Desfire, FileCommunication};
use desfire::error::Error;
use desfire::iso7816_4::apducommand::APDUCommand;
use desfire::iso7816_4::apduresponse::APDUResponse;

/// The factory DES key, doubled: the client takes no other length.
const FACTORY: [u8; 16] = [0; 16];
const ZERO: [u8; 16] = [0; 16];
const APPLICATION: u32 = 0x00C0_FFEE;
/// Nine AES keys; whoever has the master key changes them.
const SETTINGS: (u8, u8) = (0x0B, 0x89);
/// Key 0 for everything.
const RIGHTS: u16 = 0x0000;

/// The reader: control bytes 00, 01, 02, 04 or an APDU, behind a length of two bytes.
struct Socket(Mutex<TcpStream>);

impl Socket {
    fn power_on(address: &str) -> std::io::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.write_all(&[0x00, 0x01, 0x01])?;
        Ok(Self(Mutex::new(stream)))
    }

    fn ask(&self, command: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut stream = self.0.lock().expect("one thread");
        let length = u16::try_from(command.len()).expect("short APDUs");
        stream.write_all(&[&length.to_be_bytes(), command].concat())?;
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    }
}

impl Card for Socket {
    fn connect(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn disconnect(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn transmit(&self, command: APDUCommand) -> Result<APDUResponse, Error> {
        let bytes: Vec<u8> = command.try_into()?;
        Ok(APDUResponse::new(&self.ask(&bytes).expect("the card answers")))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("the address of a card")?;
    let mut card = Desfire { card: Some(Box::new(Socket::power_on(&address)?)), session_key: None, cbc_iv: None };

    card.select_application(0)?;
    card.authenticate_iso_des(0, &FACTORY, None)?;
    card.create_application(APPLICATION, SETTINGS.0, SETTINGS.1)?;
    // without a session: the client takes an answer's MAC for more of them
    card.select_application(0)?;
    assert_eq!(card.get_application_ids()?, [APPLICATION]);

    let (own, other) = ([0x11; 16], [0x22; 16]);
    card.select_application(APPLICATION)?;
    card.authenticate_iso_aes(0, &ZERO, None)?;
    card.change_other_key_aes(1, &other, &ZERO, 0x10)?;
    card.authenticate_iso_aes(0, &ZERO, None)?;
    card.change_key_aes(0, &own, 0x10)?;
    assert!(card.authenticate_iso_aes(0, &ZERO, None).is_err(), "the old key is no key any more");
    card.authenticate_iso_aes(1, &other, None)?;
    card.authenticate_iso_aes(0, &own, None)?;

    let data: Vec<u8> = (0..=149).collect();
    card.create_file_standard(1, FileCommunication::PLAIN, RIGHTS, 150)?;
    card.write_data(1, 0, &data)?;
    assert_eq!(card.read_data(1, 0, data.len())?, data);
    assert!(card.read_data(1, 149, 2).is_err(), "the file ends there");

    card.select_application(0)?;
    card.authenticate_iso_des(0, &FACTORY, None)?;
    card.format_picc()?;
    card.select_application(0)?;
    assert_eq!(card.get_application_ids()?, [0_u32; 0]);
    Ok(())
}
