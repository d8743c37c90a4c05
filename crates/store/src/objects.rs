//! Where the objects of blocks lie: a directory, written so that power loss costs nothing that was acknowledged; or
//! any storage of objects that keeps what it answered.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use catalog::{BlockId, BlockRecord};
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};

use crate::error::OpenError;

/// The objects of one store.
#[derive(Debug)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    directory: PathBuf,
    place: Place,
}

/// Where objects lie.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// In files below the directory.
    Directory,
    /// In a storage that was handed over: what it answered as put is durable.
    Elsewhere,
}

impl Objects {
    /// Makes the directory if there is none.
    pub(crate) fn open(directory: &Path) -> Result<Objects, OpenError> {
        let unusable = |source| OpenError::Directory {
            path: directory.to_owned(),
            source,
        };
        fs::create_dir_all(directory.join(FOLDER)).map_err(unusable)?;
        sync_directory(directory).map_err(unusable)?;
        Objects::existing(directory)
    }

    /// In a directory that is there already.
    pub(crate) fn existing(directory: &Path) -> Result<Objects, OpenError> {
        let store = LocalFileSystem::new_with_prefix(directory).map_err(|source| OpenError::Objects {
            path: directory.to_owned(),
            source,
        })?;
        Ok(Objects {
            store: Arc::new(store),
            directory: directory.to_owned(),
            place: Place::Directory,
        })
    }

    /// Objects that lie elsewhere; the directory still holds the catalog, and is made if there is none.
    pub(crate) fn elsewhere(store: Arc<dyn ObjectStore>, directory: &Path) -> Result<Objects, OpenError> {
        fs::create_dir_all(directory).map_err(|source| OpenError::Directory {
            path: directory.to_owned(),
            source,
        })?;
        Ok(Objects {
            store,
            directory: directory.to_owned(),
            place: Place::Elsewhere,
        })
    }

    /// What blocks are read through.
    pub(crate) fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// The place of a block's object.
    pub(crate) fn path_of(block: BlockId) -> ObjectPath {
        ObjectPath::from(format!("{FOLDER}/{block}.parquet"))
    }

    /// The place of the object that holds the roll-ups of a new block.
    pub(crate) fn rollups_of(block: BlockId) -> ObjectPath {
        ObjectPath::from(format!("{FOLDER}/{block}.rollups"))
    }

    /// Another place for a block's roll-ups, which nothing has ever lain at.
    pub(crate) fn other_rollups_of(block: BlockId, token: BlockId) -> ObjectPath {
        ObjectPath::from(format!("{FOLDER}/{block}-{token}.rollups"))
    }

    /// Where the roll-ups of a listed block lie.
    pub(crate) fn rollups_listed(record: &BlockRecord) -> ObjectPath {
        match &record.rollups_path {
            Some(path) => ObjectPath::from(path.as_str()),
            None => Objects::rollups_of(record.id),
        }
    }

    /// The file of an object.
    pub(crate) fn file_of(&self, path: &ObjectPath) -> PathBuf {
        self.directory.join(path.as_ref())
    }

    /// Writes a new object. `object_store` would not sync it, and the journal is trimmed on our word.
    pub(crate) async fn put(&self, path: &ObjectPath, bytes: Bytes) -> io::Result<()> {
        if let Place::Elsewhere = self.place {
            let only_new = PutOptions::from(PutMode::Create);
            let put = self.store.put_opts(path, bytes.into(), only_new).await;
            return put.map(|_| ()).map_err(io::Error::other);
        }
        let file = self.file_of(path);
        let written = tokio::task::spawn_blocking(move || write_synced(&file, &bytes)).await;
        written.unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
    }

    /// Writes an object in the place of another: whoever reads sees the one or the other, whole.
    pub(crate) async fn replace(&self, path: &ObjectPath, bytes: Bytes) -> Result<(), object_store::Error> {
        self.store.put(path, bytes.into()).await.map(|_| ())
    }

    /// Removes an object; one that is gone counts as removed.
    pub(crate) async fn remove(&self, path: &ObjectPath) -> Result<(), object_store::Error> {
        match self.store.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Every object there is.
    pub(crate) async fn list(&self) -> Result<Vec<ObjectPath>, OpenError> {
        let objects = self.store.list(Some(&ObjectPath::from(FOLDER)));
        let paths = objects.map_ok(|meta| meta.location).try_collect().await;
        paths.map_err(|source| OpenError::Objects {
            path: self.directory.join(FOLDER),
            source,
        })
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = File::create_new(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    match (written, path.parent()) {
        (Ok(()), Some(directory)) => sync_directory(directory),
        (written, _) => written,
    }
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

const FOLDER: &str = "blocks";
