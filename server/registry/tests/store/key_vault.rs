//! A stand-in for the vault that ceremonies are played with. Its shares are as long and as secret as real ones, its keys are none.

use std::sync::{Arc, Mutex};

use chip::keys::{Key, KeyFault, KeyName, Keys, NoKey, SetVersion, Uid};
use registry::Draw;
use registry::card_vault::{
    CUSTODIANS, CardVault, CardVaultError, CheckValue, Component, Drawn, KeySet, PublicKey, SetId, ShareFault,
    ShareHead, ShareText,
};
use registry::secrets::{Purpose, Secrets, SecretsError};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::support::TestSecrets;

/// What is on a vault's disk.
#[derive(Default)]
pub struct Disk {
    pub sets: Vec<(KeySet, [u8; 16])>,
    /// It refuses everything.
    pub broken: bool,
}

/// A vault that was opened from a disk.
pub struct KeyVault(pub Arc<Mutex<Disk>>);

impl KeyVault {
    fn disk(&self) -> Result<std::sync::MutexGuard<'_, Disk>, CardVaultError> {
        let disk = self.0.lock().unwrap();
        if disk.broken { Err(CardVaultError::Store("the disk is full".into())) } else { Ok(disk) }
    }
}

fn described(version: SetVersion, secret: &[u8; 16], draft: bool) -> KeySet {
    let digest: [u8; 32] = Sha256::digest(secret).into();
    let id = SetId(digest[..5].try_into().unwrap());
    let value = |name: KeyName, at: usize| (name, CheckValue(digest[at..at + 3].try_into().unwrap()));
    let check_values = vec![value(KeyName::Transport, 5), value(KeyName::Picc, 8), value(KeyName::SdmMeta, 11)];
    let signer = PublicKey { set: version, id: digest[14..18].try_into().unwrap(), key: digest };
    KeySet { version, id, draft, check_values, signer }
}

/// Two lines: what stands in clear, and the secret; a digit of each line is its check.
fn share(version: SetVersion, id: SetId, number: u8, secret: &[u8; 16]) -> ShareText {
    let hex: String = secret.iter().map(|byte| format!("{byte:02X}")).collect();
    let checked = |line: String| format!("{line}{}", line.bytes().map(u32::from).sum::<u32>() % 10);
    let head = checked(format!("{:02X} {id} {number} ", version.get()));
    ShareText::new(Zeroizing::new(format!("{head}\n{}", checked(format!("{number}{hex} ")))))
}

fn lines(text: &ShareText) -> Result<Vec<String>, ShareFault> {
    let lines: Vec<String> =
        text.reveal().lines().map(|line| line.trim().to_uppercase()).filter(|line| !line.is_empty()).collect();
    if lines.len() != 2 {
        return Err(ShareFault::Lines { wanted: 2, found: lines.len() });
    }
    for (number, line) in (1..).zip(&lines) {
        let (body, digit) = line.split_at(line.len() - 1);
        if (body.bytes().map(u32::from).sum::<u32>() % 10).to_string() != digit {
            return Err(ShareFault::Line { number });
        }
    }
    Ok(lines)
}

fn secret(text: &ShareText) -> Result<[u8; 16], ShareFault> {
    let line = lines(text)?.remove(1);
    let mut secret = [0; 16];
    for (at, byte) in secret.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&line[1 + 2 * at..3 + 2 * at], 16).map_err(|_| ShareFault::Kind)?;
    }
    Ok(secret)
}

impl Keys for KeyVault {
    fn card_key(&self, set: SetVersion, name: KeyName, _: &Uid) -> Result<Key, KeyFault> {
        Err(KeyFault::NoKey(NoKey { set: set.get(), name }))
    }

    fn sign_card(&self, set: SetVersion, _: &[u8]) -> Result<[u8; 64], KeyFault> {
        Err(KeyFault::NoSigner { set: set.get() })
    }
}

impl CardVault for KeyVault {
    fn key_sets(&self) -> Result<Vec<KeySet>, CardVaultError> {
        Ok(self.disk()?.sets.iter().map(|(set, _)| set.clone()).collect())
    }

    fn draw_set(
        &self,
        version: SetVersion,
        components: &[Component; CUSTODIANS],
        draw: &Draw,
    ) -> Result<Drawn, CardVaultError> {
        let mut disk = self.disk()?;
        if disk.sets.iter().any(|(set, _)| set.version == version && !set.draft) {
            return Err(CardVaultError::Held { version: version.get() });
        }
        let mut secret = [0; 16];
        draw(&mut secret);
        for component in components {
            let digest = Sha256::digest([&secret, component.as_bytes()].concat());
            secret.copy_from_slice(&digest[..16]);
        }
        let set = described(version, &secret, true);
        disk.sets.retain(|(held, _)| held.version != version);
        disk.sets.push((set.clone(), secret));
        let shares = [1, 2, 3].map(|number| share(version, set.id, number, &secret));
        Ok(Drawn { set, shares })
    }

    fn keep_set(&self, version: SetVersion, id: SetId, _: &Draw) -> Result<(), CardVaultError> {
        let mut disk = self.disk()?;
        let held = disk.sets.iter_mut().find(|(set, _)| set.version == version && set.id == id);
        held.ok_or(CardVaultError::Missing { version: version.get() })?.0.draft = false;
        Ok(())
    }

    fn discard_draft(&self, version: SetVersion, _: &Draw) -> Result<(), CardVaultError> {
        self.disk()?.sets.retain(|(set, _)| !(set.draft && set.version == version));
        Ok(())
    }

    fn restore_set(&self, shares: &[ShareText; 2], _: &Draw) -> Result<KeySet, CardVaultError> {
        let heads = [self.read_share(&shares[0])?, self.read_share(&shares[1])?];
        if heads[0].id != heads[1].id {
            return Err(ShareFault::OtherSet.into());
        }
        if heads[0].number == heads[1].number {
            return Err(ShareFault::SameNumber { number: heads[0].number }.into());
        }
        let secret = secret(&shares[0])?;
        let set = described(heads[0].version, &secret, false);
        let mut disk = self.disk()?;
        match disk.sets.iter().find(|(held, _)| held.version == set.version && !held.draft) {
            Some((held, _)) if held.id == set.id => {}
            Some(_) => return Err(CardVaultError::Held { version: set.version.get() }),
            None => disk.sets.push((set.clone(), secret)),
        }
        Ok(set)
    }

    fn destroy_set(&self, version: SetVersion, _: &Draw) -> Result<(), CardVaultError> {
        self.disk()?.sets.retain(|(set, _)| set.version != version);
        Ok(())
    }

    fn read_share(&self, typed: &ShareText) -> Result<ShareHead, ShareFault> {
        let lines = lines(typed)?;
        let [version, id, number, ..] = lines[0].split(' ').collect::<Vec<_>>()[..] else {
            return Err(ShareFault::Kind);
        };
        let mut bytes = [0; 5];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(id.get(2 * at..2 * at + 2).unwrap_or("x"), 16).map_err(|_| ShareFault::Kind)?;
        }
        let version = u8::from_str_radix(version, 16).ok().and_then(SetVersion::new).ok_or(ShareFault::Kind)?;
        Ok(ShareHead { version, id: SetId(bytes), number: number.parse().map_err(|_| ShareFault::Kind)? })
    }

    fn compare_shares(&self, shown: &ShareText, typed: &ShareText) -> Result<ShareHead, ShareFault> {
        let head = self.read_share(typed)?;
        if lines(shown)? == lines(typed)? { Ok(head) } else { Err(ShareFault::OtherShare) }
    }
}

/// Seals so that nothing of it can be read, and opens in the same context alone.
pub struct Sealing(TestSecrets);

impl Sealing {
    pub fn new() -> Self {
        Sealing(TestSecrets::new(1))
    }
}

fn stream(context: &str, nonce: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mask =
        (0u32..).flat_map(|block| Sha256::digest([context.as_bytes(), nonce, &block.to_be_bytes()].concat()).to_vec());
    bytes.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect()
}

impl Secrets for Sealing {
    fn seal(&self, _: Purpose, context: &str, nonce: [u8; 24], plain: &[u8]) -> Vec<u8> {
        let check = Sha256::digest(plain);
        [&nonce[..], &stream(context, &nonce, &[&check[..4], plain].concat())].concat()
    }

    fn open(&self, _: Purpose, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let (nonce, sealed) = sealed.split_at(24);
        let opened = stream(context, nonce, sealed);
        let (check, plain) = opened.split_at(4);
        if *check == Sha256::digest(plain)[..4] {
            Ok(Zeroizing::new(plain.to_vec()))
        } else {
            Err(SecretsError::DoesNotOpen)
        }
    }

    fn sign_head(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign_head(message)
    }

    fn head_key(&self) -> [u8; 32] {
        self.0.head_key()
    }
}
