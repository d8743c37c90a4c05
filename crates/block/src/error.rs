//! Why a block could not be written or read.

use parquet::errors::ParquetError;

/// Why a block could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// Its bytes are not those that were written: asking again will not help, other blocks are not concerned.
    #[error("block `{path}` is damaged")]
    Damaged {
        /// Where it lies.
        path: String,
        /// What is wrong.
        source: Damage,
    },
    /// A newer Roentgen wrote it.
    #[error("block `{path}` has format version {version}, and this program reads versions up to {known}")]
    Newer {
        /// Where it lies.
        path: String,
        /// Its version.
        version: u32,
        /// The newest version that is known here.
        known: u32,
    },
    /// The storage gave no answer: the block may be well, and asking again may help.
    #[error("could not read block `{path}`")]
    Storage {
        /// Where it lies.
        path: String,
        /// What the storage said.
        source: object_store::Error,
    },
}

/// What is wrong with a block's bytes.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// There is no such object.
    #[error("the object is missing")]
    Missing,
    /// The object is shorter or longer than what was written.
    #[error("the object has {found} bytes instead of {expected}")]
    Size {
        /// Bytes written.
        expected: u64,
        /// Bytes there now.
        found: u64,
    },
    /// The medium cannot give the bytes back.
    #[error("the medium cannot be read")]
    Medium(#[source] object_store::Error),
    /// Some bytes are not those that were written.
    #[error("the checksum of the bytes from {offset} on is wrong")]
    Checksum {
        /// Where they begin.
        offset: u64,
    },
    /// Parquet cannot make sense of the bytes.
    #[error("the parquet is malformed")]
    Parquet(#[from] ParquetError),
    /// The bytes are good Parquet, but no block.
    #[error("the block is malformed: {0}")]
    Shape(&'static str),
    /// The bytes brought a decoder down.
    #[error("the bytes brought the decoder down")]
    Decoder,
}

/// Why traces could not be encoded.
#[derive(Debug, thiserror::Error)]
#[error("could not encode {traces} traces as a block")]
pub struct EncodeError {
    /// How many traces there were.
    pub traces: usize,
    /// What Parquet said.
    pub source: ParquetError,
}

/// Why blocks could not be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// One of them could not be read.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// The new one could not be made.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}
