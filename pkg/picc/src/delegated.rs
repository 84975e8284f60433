//! Delegated applications: created by somebody who holds no master key of the card, with a cryptogram of its owner.
use crate::applications::Wish;
use crate::card::Card;
use crate::crypto::Cipher;
use crate::fields::Fields;
use crate::keys::Key;
use crate::messaging::Answer;
use crate::state::Delegated;
use crate::status::Status;

/// Keys of the card: authentication, MAC, encipherment.
const AUTH: u8 = 0x10;
const MAC: u8 = 0x11;
const ENC: u8 = 0x12;

impl Card {
    /// CreateDelegatedApplication C9: AID, slot (2), slot version, quota (2), then as CreateApplication; in the second frame
    /// EncK (32) and DAMMAC (8), a MAC over everything before it with the command byte.
    pub(crate) fn create_delegated_application(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let (first, second) = params.split_at_checked(self.v.first).ok_or(Status::LengthError)?;
        let mut fields = Fields::new(first);
        let aid = fields.array()?;
        let (slot, version, quota) = (fields.u16()?, fields.u8()?, fields.u16()?);
        let wish = Wish::parse(self.nv.model, fields)?;
        let mut fields = Fields::new(second);
        let enciphered: [u8; 32] = fields.array()?;
        let sent: [u8; 8] = fields.array()?;
        fields.end()?;
        self.at_picc()?;
        if self.authenticated() != Some(AUTH) {
            return Err(Status::AuthenticationError);
        }
        let (Some(mac), Some(enc)) = (self.nv.others.get(&MAC), self.nv.others.get(&ENC)) else {
            return Err(Status::PermissionDenied);
        };
        if Cipher::new(mac).short_mac(&[&[0xC9], first, &enciphered].concat()) != sent {
            return Err(Status::IntegrityError);
        }
        let key = default_key(&Cipher::new(enc), enciphered);
        let key = Key::with_version(wish.kind, key.0.iter().take(wish.kind.size()).copied().collect(), key.1);
        if self.nv.applications.iter().any(|other| other.delegated.as_ref().is_some_and(|other| other.slot == slot)) {
            return Err(Status::DuplicateError);
        }
        self.add_application(aid, wish, &key, Some(Delegated { slot, version, quota, used: 0 }))
    }

    /// GetDelegatedInfo 69, slot (2): slot version, quota (2), free (2), AID (3); quota and free in blocks of 32 bytes.
    pub(crate) fn get_delegated_info(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let slot = fields.u16()?;
        fields.end()?;
        self.at_picc()?;
        let mut applications = self.nv.applications.iter();
        let found = applications.find_map(|application| {
            application
                .delegated
                .as_ref()
                .filter(|delegated| delegated.slot == slot)
                .map(|found| (application.aid, found))
        });
        let (aid, delegated) = found.ok_or(Status::ParameterError)?;
        let used = u16::try_from(delegated.used.div_ceil(crate::state::BLOCK)).unwrap_or(u16::MAX);
        let free = delegated.quota.saturating_sub(used);
        let [quota, free] = [delegated.quota, free].map(u16::to_le_bytes);
        Ok([&[delegated.version][..], &quota, &free, &aid].concat().into())
    }
}

/// EncK: 7 random bytes, a key field of 24, its version; CBC with IV 0 (AN12696).
pub(crate) fn default_key(cipher: &Cipher, mut enciphered: [u8; 32]) -> (Vec<u8>, u8) {
    cipher.cbc_decipher(&mut cipher.zero_iv(), &mut enciphered);
    let [_, _, _, _, _, _, _, key @ .., version] = enciphered;
    (key.to_vec(), version)
}
