//! Why the store could not do what was asked.

use std::io;
use std::path::PathBuf;

use block::{BlockError, EncodeError, MergeError};
use catalog::{BlockId, CatalogError};

use crate::rollup_object::RollupError;

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made or written to.
    #[error("could not use directory `{}`", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The directory cannot be read as block storage.
    #[error("could not list the objects of `{}`", path.display())]
    Objects {
        /// The directory.
        path: PathBuf,
        /// What the storage said.
        source: object_store::Error,
    },
    /// The catalog gives no answer, or is a newer version's.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// What is stored was counted in another way than is asked for.
    #[error("the store counts with {kept}, not with {asked}; a data directory keeps what it was made with")]
    Counting {
        /// How it was made.
        kept: String,
        /// What the configuration says.
        asked: String,
    },
    /// Roll-ups that were missing could not be made.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A block is a newer version's, or the storage gives no answer. Damage is no reason not to open.
    #[error(transparent)]
    Block(#[from] BlockError),
}

/// Why a write failed. It may still have been stored: repeating it does no harm, and stores nothing twice.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The new block could not be made.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The new block's object could not be written.
    #[error("could not write block file `{}`", path.display())]
    Object {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The new block could not be listed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// What is stored of the same traces, or the new block itself, could not be read.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// What the traces contribute to graphs could not be summed up.
    #[error(transparent)]
    Contribution(#[from] ContributionError),
    /// An earlier change failed, and what is stored could not be read again since.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The program is stopping.
    #[error("could not write a block while the program stops")]
    Stopping,
}

/// Why stored traces could not be read now; later they may. Damage is no error: what is damaged is left out.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A block's object cannot be read now.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// Roll-ups make no sense.
    #[error(transparent)]
    Rollups(#[from] RollupError),
    /// The catalog gives no answer.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The program is stopping.
    #[error("could not read while the program stops")]
    Stopping,
}

/// Why it could not be said what traces contribute to graphs.
#[derive(Debug, thiserror::Error)]
pub enum ContributionError {
    /// A block could not be read.
    #[error(transparent)]
    Block(#[from] BlockFailure),
    /// Roll-ups make no sense.
    #[error(transparent)]
    Rollups(#[from] RollupError),
    /// The catalog gives no answer.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The program is stopping.
    #[error("could not sum up roll-ups while the program stops")]
    Stopping,
}

/// A block that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read block {block}")]
pub struct BlockFailure {
    /// Which.
    pub block: BlockId,
    /// Why.
    pub source: BlockError,
}

impl From<ContributionError> for ReadError {
    fn from(error: ContributionError) -> ReadError {
        match error {
            ContributionError::Block(failure) => failure.source.into(),
            ContributionError::Rollups(error) => error.into(),
            ContributionError::Catalog(error) => error.into(),
            ContributionError::Stopping => ReadError::Stopping,
        }
    }
}

/// Why blocks could not be merged.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    /// The new block could not be made; a damaged one is quarantined.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// Roll-ups could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The new block could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The new block could not be listed in the place of the others.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// An earlier change failed, and what is stored could not be read again since.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The program is stopping.
    #[error("could not merge blocks while the program stops")]
    Stopping,
}

/// Why an expiry failed. It may still have taken place; the next one sees to the rest.
#[derive(Debug, thiserror::Error)]
pub enum ExpireError {
    /// The blocks could not be taken off the list.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// An earlier change failed, and what is stored could not be read again since.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The program is stopping.
    #[error("could not remove blocks while the program stops")]
    Stopping,
}
