//! A set as objects of the token: eleven AES keys, one Ed25519 key, and a data object that marks them as a draft or a set.
//!
//! The marker is written last and removed first. So a set is whole or not there, whatever happens in between; keys without a marker are
//! removed when their version is drawn next.

use chip::keys::{KeyName, SetVersion};
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use registry::card_vault::{KeySet, PublicKey, SetId};
use zeroize::Zeroize as _;

use super::TokenError;
use super::session::{cmac, refused};
use crate::card_key::key_id;
use crate::card_keys::derivation::{NAMES, key_byte};
use crate::card_keys::masters::{ZERO_BLOCK, check_value};
use crate::card_keys::secret::HeldSet;

const APPLICATION: &[u8] = b"congthe";
/// In the place of a key's byte in CKA_ID.
const SIGNER: u8 = 0xF0;
/// The curve's name as PrintableString, one of the two forms of CKA_EC_PARAMS (PKCS #11 v3.0 §2.3.3): "edwards25519".
const EDWARDS25519: [u8; 14] = *b"\x13\x0Cedwards25519";

/// What keys of one version are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Set,
    Draft,
}

/// What the data object says. Nothing of it is secret.
pub(super) struct Marker {
    pub(super) kind: Kind,
    pub(super) version: SetVersion,
    pub(super) id: SetId,
    /// The signer's public key: few tokens give that of a private one.
    pub(super) public: [u8; 32],
}

impl Marker {
    pub(super) fn of(set: &HeldSet, kind: Kind) -> Marker {
        Marker { kind, version: set.version, id: set.id, public: set.describe(false).signer.key }
    }

    /// Identifier and public key.
    fn value(&self) -> Vec<u8> {
        [self.id.0.as_slice(), &self.public].concat()
    }

    fn parse(label: &[u8], value: &[u8]) -> Option<Marker> {
        let both = |version| [(Kind::Set, version), (Kind::Draft, version)];
        let mut all = (1..=0xFE).filter_map(SetVersion::new).flat_map(both);
        let (kind, version) = all.find(|(kind, version)| marker_label(*kind, *version) == label)?;
        let (id, public) = value.split_first_chunk::<5>()?;
        Some(Marker { kind, version, id: SetId(*id), public: public.try_into().ok()? })
    }
}

/// The marker of a version, if there is one.
///
/// # Errors
/// [`TokenError`].
pub(super) fn marker(session: &Session, kind: Kind, version: SetVersion) -> Result<Option<Marker>, TokenError> {
    Ok(read(session, &marker_template(kind, version))?.into_iter().next())
}

/// All sets, and drafts of versions that have no set, by version.
///
/// # Errors
/// [`TokenError`].
pub(super) fn markers(session: &Session) -> Result<Vec<Marker>, TokenError> {
    let ours = [Attribute::Class(ObjectClass::DATA), Attribute::Application(APPLICATION.to_vec())];
    let mut markers = read(session, &ours)?;
    markers.sort_by_key(|marker| (marker.version, marker.kind));
    markers.dedup_by_key(|marker| marker.version);
    Ok(markers)
}

fn read(session: &Session, template: &[Attribute]) -> Result<Vec<Marker>, TokenError> {
    let wanted = [AttributeType::Label, AttributeType::Value];
    let mut markers = Vec::new();
    for object in found(session, template)? {
        let attributes = session.get_attributes(object, &wanted).map_err(refused("read a marker"))?;
        if let [Attribute::Label(label), Attribute::Value(value)] = attributes.as_slice() {
            // a data object of another program, or of a later release
            markers.extend(Marker::parse(label, value));
        }
    }
    Ok(markers)
}

/// Without keys; the check values are computed by the token.
///
/// # Errors
/// [`TokenError`].
pub(super) fn describe(session: &Session, marker: &Marker) -> Result<KeySet, TokenError> {
    let checked = |name: &KeyName| {
        let key = master(session, marker.version, marker.id, *name)?;
        Ok((*name, check_value(&*cmac(session, key, &ZERO_BLOCK)?)))
    };
    Ok(KeySet {
        version: marker.version,
        id: marker.id,
        draft: marker.kind == Kind::Draft,
        check_values: NAMES.iter().map(checked).collect::<Result<_, TokenError>>()?,
        signer: PublicKey { set: marker.version, id: key_id(&marker.public), key: marker.public },
    })
}

/// A master.
///
/// # Errors
/// [`TokenError::Objects`].
pub(super) fn master(
    session: &Session,
    version: SetVersion,
    id: SetId,
    name: KeyName,
) -> Result<ObjectHandle, TokenError> {
    one(session, ObjectClass::SECRET_KEY, version, id, key_byte(name))
}

/// The set's Ed25519 key.
///
/// # Errors
/// [`TokenError::Objects`].
pub(super) fn signer(session: &Session, version: SetVersion, id: SetId) -> Result<ObjectHandle, TokenError> {
    one(session, ObjectClass::PRIVATE_KEY, version, id, SIGNER)
}

/// Writes the keys of a set, without a marker.
///
/// # Errors
/// [`TokenError`].
pub(super) fn write(session: &Session, set: &HeldSet) -> Result<(), TokenError> {
    for name in NAMES {
        let secret = set.secret().master(set.version, name);
        let mut template = common(set, key_byte(name));
        template.extend([
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Value(secret.bytes().to_vec()),
            Attribute::Encrypt(false),
            Attribute::Decrypt(false),
            Attribute::Verify(false),
            Attribute::Wrap(false),
            Attribute::Unwrap(false),
            Attribute::AllowedMechanisms(vec![MechanismType::AES_CMAC]),
        ]);
        create(session, template)?;
    }
    let mut template = common(set, SIGNER);
    template.extend([
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(KeyType::EC_EDWARDS),
        Attribute::EcParams(EDWARDS25519.to_vec()),
        Attribute::Value(set.secret().signer_seed(set.version).to_vec()),
        Attribute::Decrypt(false),
        Attribute::Unwrap(false),
    ]);
    create(session, template)
}

/// What all keys have in common: they stay in the token, may sign or make a MAC, and nobody reads them.
fn common(set: &HeldSet, key: u8) -> Vec<Attribute> {
    vec![
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Modifiable(false),
        Attribute::Sign(true),
        Attribute::Derive(false),
        Attribute::Label(label(set.version)),
        Attribute::Id(identifier(set.version, set.id, key)),
    ]
}

/// Creates an object; the value in the template is wiped.
fn create(session: &Session, mut template: Vec<Attribute>) -> Result<(), TokenError> {
    let created = session.create_object(&template);
    for attribute in &mut template {
        if let Attribute::Value(value) = attribute {
            value.zeroize();
        }
    }
    created.map(drop).map_err(refused("take a key"))
}

/// Removes all keys of a version and a draft's marker, but no set's.
///
/// # Errors
/// [`TokenError`].
pub(super) fn remove(session: &Session, version: SetVersion) -> Result<(), TokenError> {
    unmark(session, Kind::Draft, version)?;
    for class in [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY] {
        destroy(session, &[Attribute::Class(class), Attribute::Label(label(version))])?;
    }
    Ok(())
}

/// Marks keys as a draft or a set.
///
/// # Errors
/// [`TokenError`].
pub(super) fn mark(session: &Session, marker: &Marker) -> Result<(), TokenError> {
    let mut template = marker_template(marker.kind, marker.version);
    template.extend([Attribute::Token(true), Attribute::Private(true), Attribute::Value(marker.value())]);
    session.create_object(&template).map(drop).map_err(refused("mark a key set"))
}

/// Takes a mark away.
///
/// # Errors
/// [`TokenError`].
pub(super) fn unmark(session: &Session, kind: Kind, version: SetVersion) -> Result<(), TokenError> {
    destroy(session, &marker_template(kind, version))
}

fn destroy(session: &Session, template: &[Attribute]) -> Result<(), TokenError> {
    for object in found(session, template)? {
        session.destroy_object(object).map_err(refused("remove an object"))?;
    }
    Ok(())
}

fn one(
    session: &Session,
    class: ObjectClass,
    version: SetVersion,
    id: SetId,
    key: u8,
) -> Result<ObjectHandle, TokenError> {
    let template =
        [Attribute::Class(class), Attribute::Label(label(version)), Attribute::Id(identifier(version, id, key))];
    match found(session, &template)?.as_slice() {
        [object] => Ok(*object),
        other => Err(TokenError::Objects { set: version.get(), found: other.len() }),
    }
}

fn found(session: &Session, template: &[Attribute]) -> Result<Vec<ObjectHandle>, TokenError> {
    session.find_objects(template).map_err(refused("look for an object"))
}

fn marker_template(kind: Kind, version: SetVersion) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::DATA),
        Attribute::Application(APPLICATION.to_vec()),
        Attribute::Label(marker_label(kind, version)),
    ]
}

fn marker_label(kind: Kind, version: SetVersion) -> Vec<u8> {
    let kind = if kind == Kind::Set { "set" } else { "draft" };
    format!("congthe card-{kind}-{:02x}", version.get()).into_bytes()
}

/// Of all keys of a version, so that they are found together.
fn label(version: SetVersion) -> Vec<u8> {
    format!("congthe card-keys-{:02x}", version.get()).into_bytes()
}

/// CKA_ID: version, draw, key.
fn identifier(version: SetVersion, id: SetId, key: u8) -> Vec<u8> {
    [&[version.get()], id.0.as_slice(), &[key]].concat()
}
