//! One session with the token: opened when it is needed, given up when it fails, opened once more.

use std::collections::BTreeMap;

use chip::keys::SetVersion;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Function, Pkcs11 as Library};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectHandle;
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::types::AuthPin;
use registry::card_vault::SetId;
use zeroize::Zeroizing;

use super::objects::{self, Kind};
use super::{Pkcs11, Slot, TokenError};

/// A session and what it takes to open another.
pub(super) struct Sessions {
    library: Library,
    slot: cryptoki::slot::Slot,
    pin: AuthPin,
    session: Option<Session>,
    pin_refused: bool,
    /// Sets that were seen in the token, so that a card's key is one call.
    known: BTreeMap<SetVersion, SetId>,
}

impl Sessions {
    /// # Errors
    /// [`TokenError`].
    pub(super) fn open(pkcs11: &Pkcs11) -> Result<Sessions, TokenError> {
        let library = Library::new(&pkcs11.module).map_err(refused("be reached: its library does not load"))?;
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // by somebody else in this process: PKCS #11 v3.0 §5.4.1
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, Function::Initialize)) => {}
            Err(source) => return Err(refused("be reached: its library does not start")(source)),
        }
        let slot = find(&library, &pkcs11.slot)?;
        let mechanisms = library.get_mechanism_list(slot).map_err(refused("tell what it can do"))?;
        for (mechanism, name) in [(MechanismType::AES_CMAC, "CKM_AES_CMAC"), (MechanismType::EDDSA, "CKM_EDDSA")] {
            if !mechanisms.contains(&mechanism) {
                return Err(TokenError::Mechanism { mechanism: name });
            }
        }
        let pin = AuthPin::new(pkcs11.pin.as_str().into());
        let mut sessions = Sessions { library, slot, pin, session: None, pin_refused: false, known: BTreeMap::new() };
        sessions.session()?;
        Ok(sessions)
    }

    /// The session, opened if there is none.
    ///
    /// # Errors
    /// [`TokenError`].
    pub(super) fn session(&mut self) -> Result<&Session, TokenError> {
        // a network that was away, another part of this program that has logged out: without a login no object would be found, and a
        // token that is full would look empty
        let lives = |session: &Session| {
            session.get_session_info().is_ok_and(|info| info.session_state() == SessionState::RwUser)
        };
        if let Some(session) = self.session.take().filter(lives) {
            return Ok(self.session.insert(session));
        }
        if self.pin_refused {
            return Err(TokenError::Pin);
        }
        let session = self.library.open_rw_session(self.slot).map_err(refused("open a session"))?;
        match session.login(UserType::User, Some(&self.pin)) {
            // the login is the application's, not the session's: §5.6.8
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(self.session.insert(session)),
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinLocked | RvError::PinInvalid, _)) => {
                self.pin_refused = true;
                Err(TokenError::Pin)
            }
            Err(source) => Err(refused("log in")(source)),
        }
    }

    /// Does something with a set that is no draft; `None` where there is none. What fails is tried once more with a new session.
    ///
    /// # Errors
    /// [`TokenError`] of the second time.
    pub(super) fn with_set<T>(
        &mut self,
        version: SetVersion,
        act: impl Fn(&Session, SetId) -> Result<T, TokenError>,
    ) -> Result<Option<T>, TokenError> {
        if let Some(id) = self.known.get(&version).copied()
            && let Ok(session) = self.session()
            && let Ok(done) = act(session, id)
        {
            return Ok(Some(done));
        }
        self.forget(version);
        // handles and sessions may be dead: close this one, and begin anew
        self.session = None;
        let session = self.session()?;
        let Some(marker) = objects::marker(session, Kind::Set, version)? else { return Ok(None) };
        let done = act(session, marker.id)?;
        self.known.insert(version, marker.id);
        Ok(Some(done))
    }

    /// The set is no longer there.
    pub(super) fn forget(&mut self, version: SetVersion) {
        self.known.remove(&version);
    }
}

/// AES-CMAC, whole: 16 bytes.
///
/// # Errors
/// [`TokenError`].
pub(super) fn cmac(session: &Session, key: ObjectHandle, message: &[u8]) -> Result<Zeroizing<[u8; 16]>, TokenError> {
    let tag = session.sign(&Mechanism::AesCMac, key, message).map(Zeroizing::new).map_err(refused("compute a CMAC"))?;
    let mut bytes = Zeroizing::new([0; 16]);
    if tag.len() != bytes.len() {
        return Err(TokenError::Computes);
    }
    bytes.copy_from_slice(&tag);
    Ok(bytes)
}

/// Pure Ed25519 (RFC 8032 §5.1).
///
/// # Errors
/// [`TokenError`].
pub(super) fn sign(session: &Session, key: ObjectHandle, message: &[u8]) -> Result<[u8; 64], TokenError> {
    let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
    let signature = session.sign(&mechanism, key, message).map_err(refused("sign"))?;
    signature.try_into().map_err(|_| TokenError::Computes)
}

/// Words for what was tried.
pub(super) fn refused(doing: &'static str) -> impl Fn(Error) -> TokenError {
    move |source| TokenError::Refused { doing, source }
}

fn find(library: &Library, wanted: &Slot) -> Result<cryptoki::slot::Slot, TokenError> {
    let label = match wanted {
        Slot::Number(number) => return (*number).try_into().map_err(refused("have that slot")),
        Slot::Label(label) => label,
    };
    let slots = library.get_slots_with_initialized_token().map_err(refused("be found"))?;
    let has_it = |slot: &cryptoki::slot::Slot| library.get_token_info(*slot).is_ok_and(|info| info.label() == label);
    let found: Vec<_> = slots.into_iter().filter(has_it).collect();
    match found.as_slice() {
        [slot] => Ok(*slot),
        _ => Err(TokenError::Label { label: label.clone(), found: found.len() }),
    }
}
