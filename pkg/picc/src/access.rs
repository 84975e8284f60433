//! Access rights: whether a file command may run now, and how it then travels.
use crate::card::Card;
use crate::file::{Content, FREE, File, NEVER, Use};
use crate::messaging::Mode;
use crate::state::Application;
use crate::status::Status;

impl Card {
    /// A file of the selected application.
    pub(crate) fn file(&self, number: u8) -> Result<&File, Status> {
        self.application()?.files.get(&number).ok_or(Status::FileNotFound)
    }

    pub(crate) fn file_mut(&mut self, number: u8) -> Result<&mut File, Status> {
        self.application_mut()?.files.get_mut(&number).ok_or(Status::FileNotFound)
    }

    /// With the key that a right names: as the file says. By a free right: plain, whatever the file says.
    pub(crate) fn file_mode(&self, number: u8, usage: Use) -> Result<Mode, Status> {
        let file = self.file(number)?;
        let holders = file.holders(usage);
        let free_value = matches!(&file.content, Content::Value(value) if value.options & 0x02 != 0);
        match self.authenticated() {
            Some(key) if holders.contains(&key) => Ok(file.mode()),
            _ if holders.contains(&FREE) || (usage == Use::GetValue && free_value) => Ok(Mode::Plain),
            _ => Err(Status::PermissionDenied),
        }
    }

    /// ChangeFileSettings: enciphered with the key that the Change right names, plain where it is free.
    pub(crate) fn settings_mode(&self, number: u8) -> Result<Mode, Status> {
        self.one_holder(self.file(number)?.rights.change())
    }

    /// GetFileCounters: by the right CtrRet.
    pub(crate) fn counters_mode(&self, number: u8) -> Result<Mode, Status> {
        match &self.file(number)?.content {
            Content::Standard { sdm: Some(sdm), .. } => self.one_holder(sdm.rights.change()),
            _ => Err(Status::PermissionDenied),
        }
    }

    fn one_holder(&self, holder: u8) -> Result<Mode, Status> {
        match holder {
            FREE => Ok(Mode::Plain),
            NEVER => Err(Status::PermissionDenied),
            key if self.authenticated() == Some(key) => Ok(Mode::Full),
            _ => Err(Status::PermissionDenied),
        }
    }
}

impl Application {
    /// The application's transaction MAC file, if it has one.
    pub fn transaction_mac(&self) -> Option<(u8, &File)> {
        self.files
            .iter()
            .find(|(_, file)| matches!(file.content, Content::TransactionMac(_)))
            .map(|(n, file)| (*n, file))
    }
}
