//! Delegated application management, off line: what the owner of the cards hands to the provider of an application (NXP
//! AN12696).

use zeroize::Zeroizing;

use crate::auth::aes_cmac;
use crate::cipher::{Block, Iv};
use crate::command::{ApplicationSettings, CreateDelegatedApplication, Slot};
use crate::error::Error;
use crate::key::{Key, KeyType};
use crate::session::truncated;
use crate::types::Aid;

/// EncK: seven random bytes, the application's first key in a field of 24, its version; AES-CBC with IV 0 under the DAMENC
/// key.
///
/// # Errors
/// [`Error::KeyType`] for a DAMENC key that is not AES.
pub fn encrypt_key(dam_enc: &Key, random: [u8; 7], key: &Key) -> Result<[u8; 32], Error> {
    if dam_enc.kind() != KeyType::Aes {
        return Err(Error::KeyType);
    }
    let mut plain = Zeroizing::new([0; 32]);
    plain[..7].copy_from_slice(&random);
    plain[7..7 + key.stored().len()].copy_from_slice(key.stored());
    plain[31] = key.version();
    Block::new(dam_enc).cbc_encrypt(&mut Iv::default(), &mut *plain);
    Ok(*plain)
}

/// DAMMAC of whatever message: every second byte of its CMAC under the DAMMAC key.
///
/// # Errors
/// [`Error::KeyType`] for a key that is not AES.
pub fn mac(dam_mac: &Key, message: &[u8]) -> Result<[u8; 8], Error> {
    if dam_mac.kind() != KeyType::Aes {
        return Err(Error::KeyType);
    }
    Ok(truncated(&*aes_cmac(dam_mac.stored(), message)))
}

/// The command that makes a delegated application, complete.
///
/// # Errors
/// [`Error::KeyType`] for a DAMMAC key that is not AES.
pub fn create(
    dam_mac: &Key,
    aid: Aid,
    slot: Slot,
    settings: ApplicationSettings,
    encrypted_key: [u8; 32],
) -> Result<CreateDelegatedApplication, Error> {
    let parameters = CreateDelegatedApplication::parameters(aid, slot, &settings);
    let mac = mac(dam_mac, &[[0xC9].as_slice(), &parameters, &encrypted_key].concat())?;
    Ok(CreateDelegatedApplication { aid, slot, settings, encrypted_key, mac })
}

/// What DeleteApplication of a delegated application proves: DAMMAC over `DA` and the identifier.
///
/// # Errors
/// [`Error::KeyType`] for a DAMMAC key that is not AES.
pub fn delete(dam_mac: &Key, aid: Aid) -> Result<[u8; 8], Error> {
    mac(dam_mac, &[[0xDA].as_slice(), &aid.wire()].concat())
}
