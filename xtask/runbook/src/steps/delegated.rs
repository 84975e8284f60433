//! Step 8.
use super::{aes, application, ev2_first, settings, zero};
use crate::desk::{Desk, Reader};
use anyhow::{Result, ensure};
use desfire::command::{ChangeKey, DeleteApplication, GetApplicationIds, GetDelegatedInfo, GetKeyVersion, Slot};
use desfire::{Aid, Authentication, Key, KeyType, dam};

/// DAMAUTH, DAMMAC, DAMENC: keys of the card itself.
const DELEGATION: [u8; 3] = [0x10, 0x11, 0x12];

pub fn in_a_slot<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    let keys = [aes(8), aes(9), aes(10)];
    let none = [zero(KeyType::Aes), zero(KeyType::Aes), zero(KeyType::Aes)];
    change(desk, &keys, &none)?;
    let [auth, mac, enc] = &keys;
    let (aid, first) = (application()?, aes(11));
    let slot = Slot { number: 0, version: 3, quota: 0x40 };
    let encrypted = dam::encrypt_key(enc, [1, 2, 3, 4, 5, 6, 7], &first)?;
    let command = dam::create(mac, aid, slot, settings(KeyType::Aes, None), encrypted)?;
    desk.select(Aid::PICC)?;
    desk.authenticate(ev2_first(DELEGATION[0], auth))?;
    desk.run(&command)?;
    let info = desk.run(&GetDelegatedInfo { slot: 0 })?;
    ensure!((info.aid, info.quota) == (aid, slot.quota), "the slot holds {info:?}");
    desk.select(aid)?;
    desk.authenticate(ev2_first(0, &first))?;
    ensure!(desk.run(&GetKeyVersion { key_no: 0, key_set: None })? == 1, "the version of the delegated key");
    desk.select(Aid::PICC)?;
    desk.authenticate(ev2_first(DELEGATION[0], auth))?;
    desk.run(&DeleteApplication { aid, dam_mac: Some(dam::delete(mac, aid)?), selected: false })?;
    ensure!(desk.run(&GetApplicationIds)?.is_empty(), "the application is still there");
    change(desk, &none, &keys)
}

fn change<R: Reader>(desk: &mut Desk<R>, new: &[Key; 3], old: &[Key; 3]) -> Result<()> {
    desk.select(Aid::PICC)?;
    desk.authenticate(Authentication::iso(0, &Key::factory()))?;
    for (key_no, (new, old)) in DELEGATION.into_iter().zip(new.iter().zip(old)) {
        desk.run(&ChangeKey { key_no, new: new.clone(), old: old.clone() })?;
    }
    Ok(())
}
