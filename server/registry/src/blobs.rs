//! Photos and scans by their content: a blob's name is the SHA-256 of its bytes, so that what is read back is what was
//! written or an error. `blobs/ab/cd/abcd…`, 64 hexadecimal digits.
//!
//! A blob is durable before the row that names it commits. One that no row names is harmless, and swept a day later.

use std::error::Error as _;
use std::fmt;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Name of the folder within the data folder.
pub const FOLDER: &str = "blobs";

/// The SHA-256 of a blob, which is its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash([u8; 32]);

impl BlobHash {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        BlobHash(Sha256::digest(bytes).into())
    }

    /// From the 32 bytes of a row.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(BlobHash)
    }

    /// From 64 hexadecimal digits, lower case as [`fmt::Display`] writes them.
    pub fn parse(text: &str) -> Option<Self> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let digit = |c: u8| match c {
            b'0'..=b'9' => Some(c - b'0'),
            b'a'..=b'f' => Some(c - b'a' + 10),
            _ => None,
        };
        let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        bytes.filter(|_| rest.is_empty()).and_then(|bytes| Self::from_bytes(&bytes))
    }

    /// As it stands in a row.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Where it lies below the folder: two levels, so that none of them has many entries.
    pub fn place(&self) -> String {
        let name = self.to_string();
        format!("{}/{}/{name}", &name[..2], &name[2..4])
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A blob cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The folder cannot be made.
    #[error("the folder {} cannot be used", folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A row names it, and it is not there.
    #[error("blob {0} is missing")]
    Missing(BlobHash),
    /// Its bytes are not those that its name says.
    #[error("blob {0} was altered")]
    Altered(BlobHash),
    /// Whatever the place says where blobs lie.
    #[error("blobs cannot be read or written")]
    Store(#[source] object_store::Error),
}

impl BlobError {
    /// Whether no space is left.
    pub fn is_full(&self) -> bool {
        let mut source = self.source();
        while let Some(error) = source {
            if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::StorageFull) {
                return true;
            }
            source = error.source();
        }
        false
    }
}

/// The blobs of this portal; cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<LocalFileSystem>,
    /// Shared by who writes a blob and then its row; exclusive for who removes what no row names.
    removing: Arc<RwLock<()>>,
}

/// A blob that is durable, and is not removed as long as this is held: until the row that names it has committed.
#[derive(Debug)]
pub struct Kept {
    hash: BlobHash,
    _shared: OwnedRwLockReadGuard<()>,
}

impl Kept {
    /// Its name.
    pub fn hash(&self) -> BlobHash {
        self.hash
    }
}

/// Nobody is between a blob and its row meanwhile.
pub struct Removing<'b> {
    blobs: &'b Blobs,
    _alone: OwnedRwLockWriteGuard<()>,
}

impl Blobs {
    /// Opens the folder, and makes it for its owner only when it is missing.
    ///
    /// # Errors
    /// [`BlobError::Folder`], [`BlobError::Store`].
    pub fn open(folder: &FilePath) -> Result<Self, BlobError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|source| BlobError::Folder { folder: folder.to_owned(), source })?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(BlobError::Store)?.with_fsync(true);
        Ok(Blobs { store: Arc::new(store), removing: Arc::default() })
    }

    /// Writes a blob, unless it is there already as it should be.
    ///
    /// # Errors
    /// [`BlobError::Store`].
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Kept, BlobError> {
        let kept = Kept { hash: BlobHash::of(&bytes), _shared: self.removing.clone().read_owned().await };
        match self.get(kept.hash).await {
            Ok(_) => {}
            Err(BlobError::Missing(_) | BlobError::Altered(_)) => {
                let put = self.store.put(&path(kept.hash), bytes.into()).await;
                put.map_err(BlobError::Store)?;
            }
            Err(error) => return Err(error),
        }
        Ok(kept)
    }

    /// The bytes, after their hash was compared with the name.
    ///
    /// # Errors
    /// [`BlobError`].
    pub async fn get(&self, hash: BlobHash) -> Result<Vec<u8>, BlobError> {
        let failed = |error| match error {
            object_store::Error::NotFound { .. } => BlobError::Missing(hash),
            other => BlobError::Store(other),
        };
        let bytes = self.store.get(&path(hash)).await.map_err(failed)?.bytes().await.map_err(failed)?;
        if BlobHash::of(&bytes) != hash {
            return Err(BlobError::Altered(hash));
        }
        Ok(bytes.to_vec())
    }

    /// Whether there is a blob of that name.
    ///
    /// # Errors
    /// [`BlobError::Store`].
    pub async fn exists(&self, hash: BlobHash) -> Result<bool, BlobError> {
        match self.store.head(&path(hash)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(BlobError::Store(error)),
        }
    }

    /// Every blob, and when it was written, Unix milliseconds. What else lies in the folder is not ours.
    ///
    /// # Errors
    /// [`BlobError::Store`].
    pub async fn list(&self) -> Result<Vec<(BlobHash, i64)>, BlobError> {
        let found: Vec<_> = self.store.list(None).try_collect().await.map_err(BlobError::Store)?;
        let blob = |meta: object_store::ObjectMeta| {
            let hash = BlobHash::parse(meta.location.filename()?)?;
            (meta.location == path(hash)).then(|| (hash, meta.last_modified.timestamp_millis()))
        };
        Ok(found.into_iter().filter_map(blob).collect())
    }

    /// Waits until nobody is between a blob and its row.
    pub async fn removing(&self) -> Removing<'_> {
        Removing { blobs: self, _alone: self.removing.clone().write_owned().await }
    }
}

impl Removing<'_> {
    /// Removes a blob; one that is gone already is no error.
    ///
    /// # Errors
    /// [`BlobError::Store`].
    pub async fn remove(&self, hash: BlobHash) -> Result<(), BlobError> {
        match self.blobs.store.delete(&path(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(BlobError::Store(error)),
        }
    }
}

fn path(hash: BlobHash) -> Path {
    Path::from(hash.place())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// FIPS 180-2, appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_name_is_the_hash_and_nothing_else() {
        let hash = BlobHash::of(b"abc");
        assert_eq!((hash.to_string().as_str(), hash.place()), (ABC, format!("ba/78/{ABC}")));
        assert_eq!(BlobHash::parse(ABC), Some(hash));
        for wrong in ["", "ba78", &ABC.to_uppercase(), &format!("{ABC}0"), &format!("{ABC}00"), &ABC.replace('b', "g")]
        {
            assert_eq!(BlobHash::parse(wrong), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn what_is_put_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&folder.path().join("a/blobs")).unwrap();
        assert!(matches!(blobs.get(BlobHash::of(b"abc")).await, Err(BlobError::Missing(_))));
        let hash = blobs.put(b"abc".to_vec()).await.unwrap().hash();
        assert_eq!(blobs.put(b"abc".to_vec()).await.unwrap().hash(), hash);
        assert_eq!(blobs.get(hash).await.unwrap(), b"abc");
        assert!(blobs.exists(hash).await.unwrap());
        let listed = blobs.list().await.unwrap();
        assert_eq!((listed.len(), listed[0].0), (1, hash));
        blobs.removing().await.remove(hash).await.unwrap();
        blobs.removing().await.remove(hash).await.unwrap();
        assert!(!blobs.exists(hash).await.unwrap());
    }

    #[tokio::test]
    async fn what_was_altered_is_noticed_and_mended() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let hash = blobs.put(b"abc".to_vec()).await.unwrap().hash();
        fs::write(folder.path().join(hash.place()), b"abd").unwrap();
        fs::write(folder.path().join("note.txt"), b"abd").unwrap();
        assert!(matches!(blobs.get(hash).await, Err(BlobError::Altered(_))));
        drop(blobs.put(b"abc".to_vec()).await.unwrap());
        assert_eq!(blobs.get(hash).await.unwrap(), b"abc");
        assert_eq!(blobs.list().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn nothing_is_removed_between_a_blob_and_its_row() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let kept = blobs.put(b"abc".to_vec()).await.unwrap();
        let waits = tokio::time::timeout(std::time::Duration::from_millis(20), blobs.removing()).await;
        assert!(waits.is_err());
        drop(kept);
        drop(blobs.removing().await);
    }
}
