//! Command APDUs: ISO/IEC 7816-4 §5.1, cases 1 to 4, short and extended.

/// How many bytes the answer may have (Ne): 1 to 65,536.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Le(u32);

impl Le {
    /// As many as a short APDU can ask for: 256, written `00`.
    pub const SHORT: Le = Le(256);
    /// As many as an extended APDU can ask for: 65,536, written `0000`.
    pub const EXTENDED: Le = Le(65_536);

    /// `None` for 0 and for more than 65,536.
    pub fn new(bytes: u32) -> Option<Self> {
        (1..=65_536).contains(&bytes).then_some(Le(bytes))
    }

    /// Bytes.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// A command APDU. Whether it has data and whether an answer is expected makes it one of the four cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Class.
    pub cla: u8,
    /// Instruction.
    pub ins: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Command data (Nc bytes), at most 65,535.
    pub data: Vec<u8>,
    /// What may be answered.
    pub le: Option<Le>,
}

/// Bytes that are no command APDU, or a command that no APDU can hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// Shorter than CLA INS P1 P2.
    #[error("a command has at least 4 bytes, this one has {0}")]
    Header(usize),
    /// Lc announces more or fewer bytes than there are.
    #[error("Lc announces {announced} bytes of data, {found} follow")]
    Data {
        /// By Lc.
        announced: usize,
        /// In the bytes, Le not counted.
        found: usize,
    },
    /// An extended length field that ends too early, or an Lc of zero in it.
    #[error("the extended length field is malformed")]
    Extended,
    /// More data than the form holds.
    #[error("{0} bytes of data are more than a command holds")]
    TooLong(usize),
}

const SHORT_DATA: usize = 255;
const EXTENDED_DATA: usize = 65_535;

impl Command {
    /// Case 1: no data, no answer.
    pub fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Self {
        Command { cla, ins, p1, p2, data: Vec::new(), le: None }
    }

    /// With command data: case 3 or 4.
    #[must_use]
    pub fn data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = data.into();
        self
    }

    /// With an answer expected: case 2 or 4.
    #[must_use]
    pub fn le(mut self, le: Le) -> Self {
        self.le = Some(le);
        self
    }

    /// SELECT by DF name, first or only occurrence, with FCI (ISO/IEC 7816-4 §11.2.2).
    pub fn select_df_name(name: &[u8]) -> Self {
        Command::new(0x00, 0xA4, 0x04, 0x00).data(name).le(Le::SHORT)
    }

    /// SELECT an elementary file by identifier, without FCI.
    pub fn select_file(id: u16) -> Self {
        Command::new(0x00, 0xA4, 0x00, 0x0C).data(id.to_be_bytes())
    }

    /// READ BINARY of the selected file (§11.3.3); offsets to 0x7FFF.
    pub fn read_binary(offset: u16, le: Le) -> Self {
        let [high, low] = (offset & 0x7FFF).to_be_bytes();
        Command::new(0x00, 0xB0, high, low).le(le)
    }

    /// UPDATE BINARY of the selected file (§11.3.5); offsets to 0x7FFF.
    pub fn update_binary(offset: u16, data: &[u8]) -> Self {
        let [high, low] = (offset & 0x7FFF).to_be_bytes();
        Command::new(0x00, 0xD6, high, low).data(data)
    }

    /// GET RESPONSE: the rest of an answer (§11.8.1).
    pub fn get_response(cla: u8, le: Le) -> Self {
        Command::new(cla, 0xC0, 0x00, 0x00).le(le)
    }

    /// Whether the short form holds it.
    pub fn is_short(&self) -> bool {
        self.data.len() <= SHORT_DATA && self.le.is_none_or(|le| le <= Le::SHORT)
    }

    /// The bytes, in the short form where that holds it.
    ///
    /// # Errors
    /// [`CommandError::TooLong`].
    pub fn encode(&self) -> Result<Vec<u8>, CommandError> {
        if self.data.len() > EXTENDED_DATA {
            return Err(CommandError::TooLong(self.data.len()));
        }
        let mut bytes = Vec::with_capacity(self.data.len() + 9);
        bytes.extend([self.cla, self.ins, self.p1, self.p2]);
        if self.is_short() {
            if !self.data.is_empty() {
                bytes.push(self.data.len() as u8);
                bytes.extend_from_slice(&self.data);
            }
            // 256 is written 00
            bytes.extend(self.le.map(|le| le.get() as u8));
        } else {
            bytes.push(0x00);
            if !self.data.is_empty() {
                bytes.extend((self.data.len() as u16).to_be_bytes());
                bytes.extend_from_slice(&self.data);
            }
            // 65,536 is written 0000
            bytes.extend(self.le.into_iter().flat_map(|le| (le.get() as u16).to_be_bytes()));
        }
        Ok(bytes)
    }

    /// Reads a command, short or extended.
    ///
    /// # Errors
    /// [`CommandError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CommandError> {
        let [cla, ins, p1, p2, body @ ..] = bytes else { return Err(CommandError::Header(bytes.len())) };
        let command = Command::new(*cla, *ins, *p1, *p2);
        let short = |byte: u8| Le(if byte == 0 { 256 } else { u32::from(byte) });
        let extended = |bytes: [u8; 2]| {
            Le(match u16::from_be_bytes(bytes) {
                0 => 65_536,
                le => u32::from(le),
            })
        };
        match body {
            [] => Ok(command),
            [le] => Ok(command.le(short(*le))),
            // an Lc of 00 with more behind it begins the extended form
            [0x00, high, low] => Ok(command.le(extended([*high, *low]))),
            [0x00, high, low, rest @ ..] => {
                let announced = usize::from(u16::from_be_bytes([*high, *low]));
                let Some((data, le)) = rest.split_at_checked(announced).filter(|_| announced > 0) else {
                    return Err(if announced == 0 {
                        CommandError::Extended
                    } else {
                        CommandError::Data { announced, found: rest.len() }
                    });
                };
                let command = command.data(data);
                match le {
                    [] => Ok(command),
                    [high, low] => Ok(command.le(extended([*high, *low]))),
                    _ => Err(CommandError::Data { announced, found: rest.len() }),
                }
            }
            [0x00, ..] => Err(CommandError::Extended),
            [lc, rest @ ..] => {
                let announced = usize::from(*lc);
                match rest.split_at_checked(announced) {
                    Some((data, [])) => Ok(command.data(data)),
                    Some((data, [le])) => Ok(command.data(data).le(short(*le))),
                    _ => Err(CommandError::Data { announced, found: rest.len() }),
                }
            }
        }
    }
}

/// Splits a command into several of at most `chunk` bytes of data each: all but the last carry the chaining bit of an
/// interindustry class (ISO/IEC 7816-4 §5.3.3), the last asks for the answer. `chunk` is 1 to 255.
pub fn chain(command: &Command, chunk: usize) -> Vec<Command> {
    const MORE: u8 = 0x10;
    let chunk = chunk.clamp(1, SHORT_DATA);
    if command.data.len() <= chunk {
        return vec![command.clone()];
    }
    let count = command.data.len().div_ceil(chunk);
    let pieces = command.data.chunks(chunk).enumerate().map(|(nth, data)| {
        let last = nth + 1 == count;
        let cla = if last { command.cla } else { command.cla | MORE };
        Command { cla, data: data.to_vec(), le: command.le.filter(|_| last), ..*command }
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<char> = text.chars().filter(|digit| !digit.is_whitespace()).collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
    }

    #[test]
    fn the_four_cases_short_and_extended() {
        let header = || Command::new(0x00, 0xB0, 0x01, 0x02);
        for (command, bytes) in [
            (header(), "00 B0 01 02"),
            (header().le(Le::SHORT), "00 B0 01 02 00"),
            (header().le(Le(15)), "00 B0 01 02 0F"),
            (header().data([1, 2, 3]), "00 B0 01 02 03 01 02 03"),
            (header().data([1, 2, 3]).le(Le::SHORT), "00 B0 01 02 03 01 02 03 00"),
            (header().le(Le(257)), "00 B0 01 02 00 01 01"),
            (header().le(Le::EXTENDED), "00 B0 01 02 00 00 00"),
            (header().data([7]).le(Le(300)), "00 B0 01 02 00 00 01 07 01 2C"),
            (header().data([7]).le(Le::EXTENDED), "00 B0 01 02 00 00 01 07 00 00"),
        ] {
            assert_eq!(command.encode().unwrap(), hex(bytes), "{command:?}");
            assert_eq!(Command::parse(&hex(bytes)), Ok(command), "{bytes}");
        }
        let long = header().data(vec![9; 256]);
        let bytes = long.encode().unwrap();
        assert_eq!(bytes[..7], hex("00 B0 01 02 00 01 00"));
        assert_eq!(Command::parse(&bytes), Ok(long));
        assert_eq!(header().data(vec![0; 65_536]).encode(), Err(CommandError::TooLong(65_536)));
    }

    #[test]
    fn what_is_malformed_says_where() {
        for (bytes, error) in [
            ("", CommandError::Header(0)),
            ("00 A4 04", CommandError::Header(3)),
            ("00 A4 04 00 07 D2 76", CommandError::Data { announced: 7, found: 2 }),
            ("00 A4 04 00 01 D2 76 00", CommandError::Data { announced: 1, found: 3 }),
            ("00 A4 04 00 00 01", CommandError::Extended),
            ("00 A4 04 00 00 00 00 01", CommandError::Extended),
            ("00 A4 04 00 00 00 05 01", CommandError::Data { announced: 5, found: 1 }),
            ("00 A4 04 00 00 00 01 05 00", CommandError::Data { announced: 1, found: 2 }),
        ] {
            assert_eq!(Command::parse(&hex(bytes)), Err(error), "{bytes}");
        }
    }

    #[test]
    fn only_the_last_of_a_chain_asks_for_the_answer() {
        let command = Command::new(0x00, 0xD6, 0x00, 0x00).data((0..10).collect::<Vec<u8>>()).le(Le::SHORT);
        let pieces = chain(&command, 4);
        assert_eq!(pieces.iter().map(|piece| piece.cla).collect::<Vec<_>>(), [0x10, 0x10, 0x00]);
        assert_eq!(pieces.iter().map(|piece| piece.le).collect::<Vec<_>>(), [None, None, Some(Le::SHORT)]);
        assert_eq!(pieces.iter().flat_map(|piece| piece.data.clone()).collect::<Vec<_>>(), command.data);
        assert_eq!(chain(&command, 10), [command]);
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_again(
            header in any::<[u8; 4]>(), data in prop::collection::vec(any::<u8>(), 0..600), le in prop::option::of(1_u32..=65_536)
        ) {
            let [cla, ins, p1, p2] = header;
            let command = Command { cla, ins, p1, p2, data, le: le.and_then(Le::new) };
            prop_assert_eq!(Command::parse(&command.encode().unwrap()), Ok(command));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(command) = Command::parse(&bytes) {
                // an extended form may be shorter when written again
                prop_assert!(command.encode().unwrap().len() <= bytes.len());
            }
        }
    }
}
