//! Verifies signatures of certificates and lists. Public keys alone pass here.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, UintRef};
use der::{Decode as _, Encode as _};
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

/// What became of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is that key's.
    Good,
    /// It is not.
    Bad,
    /// An algorithm that is not known here.
    Unknown,
}

/// A function from bytes to a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hash {
    /// MD5, which is not computed here.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    fn of(self, bytes: &[u8]) -> Option<Vec<u8>> {
        use sha2::Digest as _;
        match self {
            Hash::Md5 => None,
            Hash::Sha1 => Some(sha1::Sha1::digest(bytes).to_vec()),
            Hash::Sha256 => Some(sha2::Sha256::digest(bytes).to_vec()),
            Hash::Sha384 => Some(sha2::Sha384::digest(bytes).to_vec()),
            Hash::Sha512 => Some(sha2::Sha512::digest(bytes).to_vec()),
        }
    }

    /// Whether who can make two texts with one digest can forge a signature with it (SHA-1 since 2017).
    pub fn is_weak(self) -> bool {
        matches!(self, Hash::Md5 | Hash::Sha1)
    }
}

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    Rsa(Hash),
    /// RSASSA-PSS, with the length of its salt.
    Pss(Hash, usize),
    /// ECDSA.
    Ecdsa(Hash),
    /// Ed25519.
    Ed25519,
}

impl Scheme {
    /// The digest, where there is one of its own.
    pub fn hash(self) -> Option<Hash> {
        match self {
            Scheme::Rsa(hash) | Scheme::Pss(hash, _) | Scheme::Ecdsa(hash) => Some(hash),
            Scheme::Ed25519 => None,
        }
    }
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

// RFC 8017 A.2.4, RFC 5758 §3.2, RFC 8410 §3
const SCHEMES: [(ObjectIdentifier, Scheme); 10] = [
    (oid("1.2.840.113549.1.1.4"), Scheme::Rsa(Hash::Md5)),
    (oid("1.2.840.113549.1.1.5"), Scheme::Rsa(Hash::Sha1)),
    (oid("1.2.840.113549.1.1.11"), Scheme::Rsa(Hash::Sha256)),
    (oid("1.2.840.113549.1.1.12"), Scheme::Rsa(Hash::Sha384)),
    (oid("1.2.840.113549.1.1.13"), Scheme::Rsa(Hash::Sha512)),
    (oid("1.2.840.10045.4.1"), Scheme::Ecdsa(Hash::Sha1)),
    (oid("1.2.840.10045.4.3.2"), Scheme::Ecdsa(Hash::Sha256)),
    (oid("1.2.840.10045.4.3.3"), Scheme::Ecdsa(Hash::Sha384)),
    (oid("1.2.840.10045.4.3.4"), Scheme::Ecdsa(Hash::Sha512)),
    (oid("1.3.101.112"), Scheme::Ed25519),
];
const PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
const HASHES: [(ObjectIdentifier, Hash); 4] = [
    (oid("1.3.14.3.2.26"), Hash::Sha1),
    (oid("2.16.840.1.101.3.4.2.1"), Hash::Sha256),
    (oid("2.16.840.1.101.3.4.2.2"), Hash::Sha384),
    (oid("2.16.840.1.101.3.4.2.3"), Hash::Sha512),
];
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = oid("1.2.840.10045.2.1");
const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = oid("1.3.132.0.34");
const ED25519: ObjectIdentifier = oid("1.3.101.112");

/// RFC 8017 A.2.3; the trailer has one value alone.
#[derive(der::Sequence)]
struct PssParameters<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<Identifier<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask: Option<Identifier<'a>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    salt: Option<u16>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    trailer: Option<u8>,
}

#[derive(der::Sequence)]
struct Identifier<'a> {
    oid: ObjectIdentifier,
    #[asn1(optional = "true")]
    parameters: Option<AnyRef<'a>>,
}

impl Identifier<'_> {
    fn hash(&self) -> Option<Hash> {
        HASHES.iter().find(|(oid, _)| *oid == self.oid).map(|(_, hash)| *hash)
    }
}

/// How an algorithm identifier says that a signature was made.
pub fn scheme(algorithm: &AlgorithmIdentifierOwned) -> Option<Scheme> {
    if algorithm.oid != PSS {
        return SCHEMES.iter().find(|(oid, _)| *oid == algorithm.oid).map(|(_, scheme)| *scheme);
    }
    let bytes = algorithm.parameters.as_ref()?.to_der().ok()?;
    let parameters = PssParameters::from_der(&bytes).ok()?;
    let hash = parameters.hash.as_ref().map_or(Some(Hash::Sha1), Identifier::hash)?;
    // the mask's digest is the same in all that is seen
    let mask = match &parameters.mask {
        None => Hash::Sha1,
        Some(mask) if mask.oid == MGF1 => {
            let inner = mask.parameters.as_ref()?.to_der().ok()?;
            Identifier::from_der(&inner).ok()?.hash()?
        }
        Some(_) => return None,
    };
    let plain = parameters.trailer.is_none_or(|trailer| trailer == 1);
    (mask == hash && plain).then(|| Scheme::Pss(hash, parameters.salt.map_or(20, usize::from)))
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// RSA, with the length of its modulus in bits.
    Rsa(Box<RsaPublicKey>, usize),
    /// On the curve P-256.
    P256(Box<p256::ecdsa::VerifyingKey>),
    /// On the curve P-384.
    P384(Box<p384::ecdsa::VerifyingKey>),
    /// Ed25519.
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
}

#[derive(der::Sequence)]
struct RsaKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

/// The key of a certificate; none where it is of a kind, or a size, that is not used here.
pub fn key(info: &SubjectPublicKeyInfoOwned) -> Option<Key> {
    let bytes = info.subject_public_key.as_bytes()?;
    let curve = || info.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    match info.algorithm.oid {
        RSA | PSS => {
            let key = RsaKey::from_der(bytes).ok()?;
            let modulus = BigUint::from_bytes_be(key.modulus.as_bytes());
            let bits = modulus.bits();
            // longer ones would cost a verification more time than a request has
            let key = (bits <= 8192).then(|| {
                RsaPublicKey::new_with_max_size(modulus, BigUint::from_bytes_be(key.exponent.as_bytes()), 8192)
            })?;
            key.ok().map(|key| Key::Rsa(Box::new(key), bits))
        }
        EC if curve() == Some(P256) => {
            p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).ok().map(|key| Key::P256(Box::new(key)))
        }
        EC if curve() == Some(P384) => {
            p384::ecdsa::VerifyingKey::from_sec1_bytes(bytes).ok().map(|key| Key::P384(Box::new(key)))
        }
        ED25519 => {
            let bytes: &[u8; 32] = bytes.try_into().ok()?;
            ed25519_dalek::VerifyingKey::from_bytes(bytes).ok().map(|key| Key::Ed25519(Box::new(key)))
        }
        _ => None,
    }
}

/// What is signed, as it lies in the file: the first element of a certificate or list, and the signature over it.
#[derive(der::Sequence)]
pub struct Signed<'a> {
    /// What is signed.
    pub content: AnyRef<'a>,
    /// The algorithm.
    pub algorithm: AlgorithmIdentifierOwned,
    /// The signature.
    pub signature: BitStringRef<'a>,
}

/// Whether `key` signed the certificate or list that `der` is.
pub fn verify(der: &[u8], key: Option<&Key>) -> Verdict {
    Signed::from_der(der).map_or(Verdict::Bad, |signed| verify_signed(&signed, key))
}

/// Whether `key` signed that.
pub fn verify_signed(signed: &Signed<'_>, key: Option<&Key>) -> Verdict {
    let (Ok(content), Some(signature)) = (signed.content.to_der(), signed.signature.as_bytes()) else {
        return Verdict::Bad;
    };
    let (Some(key), Some(scheme)) = (key, scheme(&signed.algorithm)) else { return Verdict::Unknown };
    let good = match (key, scheme) {
        (Key::Ed25519(key), Scheme::Ed25519) => {
            let signature = ed25519_dalek::Signature::from_slice(signature);
            signature.is_ok_and(|signature| key.verify_strict(&content, &signature).is_ok())
        }
        (Key::Rsa(key, _), Scheme::Rsa(hash)) => {
            let (Some(padding), Some(digest)) = (padding(hash), hash.of(&content)) else { return Verdict::Unknown };
            key.verify(padding, &digest, signature).is_ok()
        }
        (Key::Rsa(key, _), Scheme::Pss(hash, salt)) => {
            let (Some(padding), Some(digest)) = (salted(hash, salt), hash.of(&content)) else {
                return Verdict::Unknown;
            };
            key.verify(padding, &digest, signature).is_ok()
        }
        (Key::P256(key), Scheme::Ecdsa(hash)) => {
            use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
            let Some(digest) = hash.of(&content) else { return Verdict::Unknown };
            p256::ecdsa::Signature::from_der(signature).is_ok_and(|s| key.verify_prehash(&digest, &s).is_ok())
        }
        (Key::P384(key), Scheme::Ecdsa(hash)) => {
            use p384::ecdsa::signature::hazmat::PrehashVerifier as _;
            let Some(digest) = hash.of(&content) else { return Verdict::Unknown };
            p384::ecdsa::Signature::from_der(signature).is_ok_and(|s| key.verify_prehash(&digest, &s).is_ok())
        }
        _ => false,
    };
    if good { Verdict::Good } else { Verdict::Bad }
}

/// What stands before a SHA-1 digest (RFC 8017 §9.2, note 1).
const SHA1_INFO: [u8; 15] = [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14];

fn padding(hash: Hash) -> Option<Pkcs1v15Sign> {
    match hash {
        Hash::Md5 => None,
        Hash::Sha1 => Some(Pkcs1v15Sign { hash_len: Some(20), prefix: SHA1_INFO.into() }),
        Hash::Sha256 => Some(Pkcs1v15Sign::new::<rsa::sha2::Sha256>()),
        Hash::Sha384 => Some(Pkcs1v15Sign::new::<rsa::sha2::Sha384>()),
        Hash::Sha512 => Some(Pkcs1v15Sign::new::<rsa::sha2::Sha512>()),
    }
}

fn salted(hash: Hash, salt: usize) -> Option<Pss> {
    match hash {
        Hash::Md5 | Hash::Sha1 => None,
        Hash::Sha256 => Some(Pss::new_with_salt::<rsa::sha2::Sha256>(salt)),
        Hash::Sha384 => Some(Pss::new_with_salt::<rsa::sha2::Sha384>(salt)),
        Hash::Sha512 => Some(Pss::new_with_salt::<rsa::sha2::Sha512>(salt)),
    }
}
