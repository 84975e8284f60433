//! The trial as it reads, and the line on which its commands wait for their answers.
use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use desfire::command::{
    ApplicationSettings, Command, CreateApplication, CreateStdDataFile, DataFile, DeleteApplication, FormatPicc,
    GetApplicationIds, GetVersion, KeySettings, NewFile, Opcode, ReadData, SelectApplication, WriteData,
};
use desfire::{
    AccessRights, Aid, Answer, Authentication, Channel, CommMode, Error, FileNo, Framing, Key, KeyCount, KeyNo,
    KeyType, Right, Status, Step, U24,
};

use crate::{BYTES, Failure};

/// What a frame may be long: every reader and every card takes that.
const FRAME: usize = 64;

/// The trial's own application.
fn own() -> Aid {
    Aid::new(0x00F0_7E57).unwrap_or(Aid::PICC)
}

/// One place for the command that goes, one for the answer that comes.
#[derive(Default)]
pub struct Line {
    pub out: Vec<u8>,
    pub back: Option<Vec<u8>>,
}

/// Fills what it is given.
type Random = dyn FnMut(&mut [u8; 16]);

pub struct Host {
    line: Rc<RefCell<Line>>,
    channel: Channel,
    random: Box<Random>,
}

pub async fn whole(mut host: Host) -> Result<(), Failure> {
    host.run(&SelectApplication::new(Aid::PICC)).await?;
    host.run(&GetVersion).await?;
    let applications = host.run(&GetApplicationIds).await?;
    if applications.iter().any(|aid| *aid != own()) {
        return Err(Failure::Occupied(applications.len()));
    }
    host.open_blank().await?;
    if !applications.is_empty() {
        // a card that was torn away in an earlier trial
        host.clear().await?;
    }
    host.make_file().await?;
    let key = Key::aes([0; 16], 0);
    host.authenticate(Authentication::aes(0, &key)?).await?;
    let written: Vec<u8> = (0..BYTES).map(|at| (at * 7) as u8).collect();
    let file = DataFile { no: FileNo::of::<1>(), mode: CommMode::Full };
    let (offset, opcode) = (U24::ZERO, Opcode::Native);
    host.run(&WriteData { file, offset, data: written.clone().into(), opcode }).await?;
    let read = host.run(&ReadData { file, offset, length: U24::from(BYTES), opcode }).await?;
    host.run(&SelectApplication::new(Aid::PICC)).await?;
    host.open_blank().await?;
    host.clear().await?;
    if read == written { Ok(()) } else { Err(Failure::Differs) }
}

impl Host {
    pub fn new(line: Rc<RefCell<Line>>, random: Box<Random>) -> Self {
        Host { line, channel: Channel::new(Framing::Wrapped, FRAME), random }
    }

    /// The factory's key on the card itself.
    async fn open_blank(&mut self) -> Result<(), Failure> {
        match self.authenticate(Authentication::iso(0, &Key::factory())?).await {
            // a key of another type, or another key
            Err(Error::Refused(Status::Authentication | Status::NoSuchKey)) => Err(Failure::Keyed),
            result => Ok(result?),
        }
    }

    /// Everything off the card, memory given back. Where formatting is switched off, at least the application goes.
    async fn clear(&mut self) -> Result<(), Failure> {
        match self.run(&FormatPicc).await {
            Err(Error::Refused(Status::PermissionDenied)) => {
                Ok(self.run(&DeleteApplication { aid: own(), dam_mac: None, selected: false }).await?)
            }
            result => Ok(result?),
        }
    }

    async fn make_file(&mut self) -> Result<(), Failure> {
        let settings = ApplicationSettings {
            key_settings: KeySettings::FACTORY,
            key_type: KeyType::Aes,
            keys: KeyCount::of::<1>(),
            iso_files: false,
            key_sets: None,
            vc_keys: false,
            capability_data: false,
            iso: None,
        };
        let right = Right::Key(KeyNo::of::<0>());
        let rights = AccessRights { read: right, write: right, read_write: right, change: right };
        let file = NewFile { no: FileNo::of::<1>(), iso_file_id: None, mode: CommMode::Full, rights };
        self.run(&CreateApplication { aid: own(), settings }).await?;
        self.run(&SelectApplication::new(own())).await?;
        Ok(self.run(&CreateStdDataFile { file, size: U24::from(BYTES), sdm: false }).await?)
    }

    async fn run<C: Command>(&mut self, command: &C) -> Result<C::Reply, Error> {
        let frame = self.channel.begin(command.request())?;
        let answer = self.exchanged(frame).await?;
        command.reply(&answer)
    }

    async fn authenticate(&mut self, authentication: Authentication) -> Result<(), Error> {
        let mut random = [0; 16];
        (self.random)(&mut random);
        let frame = self.channel.authenticate(authentication, &random)?;
        self.exchanged(frame).await.map(drop)
    }

    /// All frames of a command.
    async fn exchanged(&mut self, mut frame: Vec<u8>) -> Result<Answer, Error> {
        loop {
            self.line.borrow_mut().out = frame;
            let back = poll_fn(|_| match self.line.borrow_mut().back.take() {
                Some(back) => Poll::Ready(back),
                None => Poll::Pending,
            })
            .await;
            match self.channel.answer(&back)? {
                Step::Send(next) => frame = next,
                Step::Done(answer) => return Ok(answer),
            }
        }
    }
}
