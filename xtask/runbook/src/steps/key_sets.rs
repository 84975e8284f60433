//! Step 5.
use super::{aes, ev2_first, make, zero};
use crate::desk::{Desk, Reader};
use anyhow::{Context, Result, ensure};
use desfire::command::{
    ChangeKeyEv2, FinalizeKeySet, GetKeySetVersions, GetKeyVersion, InitializeKeySet, KeySets, RollKeySet,
};
use desfire::{KeySetNo, KeyType};

pub fn filled_and_rolled<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    let sets = KeySets::new(1, 3, false, 0).context("three sets")?;
    make(desk, KeyType::Aes, Some(sets))?;
    let old = zero(KeyType::Aes);
    desk.authenticate(ev2_first(0, &old))?;
    let key_set = KeySetNo::of::<1>();
    desk.run(&InitializeKeySet { key_set, key_type: KeyType::Aes })?;
    for key_no in 0..3 {
        desk.run(&ChangeKeyEv2 { key_set, key_no, new: aes(10 + key_no), old: old.clone() })?;
    }
    desk.run(&FinalizeKeySet { key_set, version: 2 })?;
    ensure!(desk.run(&GetKeyVersion { key_no: 1, key_set: Some(key_set) })? == 1, "the version of a key in the set");
    let versions = desk.run(&GetKeySetVersions)?;
    desk.remark(&format!("versions of the sets: {versions:02X?}"));
    let _unconfirmed = desk.run(&RollKeySet { key_set })?;
    desk.authenticate(ev2_first(0, &aes(10)))?;
    ensure!(desk.authenticate(ev2_first(0, &old)).is_err(), "a key of the old set is known still");
    Ok(())
}
