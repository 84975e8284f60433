//! Step 1.
use crate::desk::{Desk, Reader};
use anyhow::{Result, ensure};
use desfire::command::{FreeMemory, GetVersion, ReadSig, SelectApplication};
use desfire::{Aid, originality};

pub fn genuine<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    desk.run(&SelectApplication::new(Aid::PICC))?;
    let version = desk.run(&GetVersion)?;
    desk.remark(&format!("{version:?}"));
    let free = desk.run(&FreeMemory)?;
    desk.remark(&format!("{free} bytes are free"));
    // an EV1 of the first years has none
    match desk.run(&ReadSig) {
        Ok(signature) => {
            let of = originality::KEYS.iter().find(|(_, key)| originality::is_genuine(&version.uid, &signature, key));
            desk.remark(&format!("signed with the maker's key {:?}", of.map(|(name, _)| name)));
            Ok(())
        }
        Err(error) => {
            ensure!(matches!(error.downcast_ref(), Some(desfire::Error::Refused(_))), error);
            desk.remark("no signature");
            Ok(())
        }
    }
}
