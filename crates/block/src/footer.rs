//! The footer of a Parquet file: where it begins, and what it says.

use bytes::Bytes;
use parquet::DecodeResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataPushDecoder};

/// Length of the footer's length and of the magic after it.
pub(crate) const ENDING_BYTES: usize = 8;

/// Where the footer begins in a whole file.
pub(crate) fn start(file: &[u8]) -> Result<usize, ParquetError> {
    let ending = file.last_chunk::<ENDING_BYTES>().ok_or_else(too_short)?;
    let length = usize::try_from(length(*ending)).map_err(|_| too_short())?;
    file.len().checked_sub(length).ok_or_else(too_short)
}

/// Length of the footer with its ending.
pub(crate) fn length(ending: [u8; ENDING_BYTES]) -> u64 {
    let [l0, l1, l2, l3, ..] = ending;
    u64::from(u32::from_le_bytes([l0, l1, l2, l3])) + ENDING_BYTES as u64
}

/// What the footer of a whole file says, the places of its pages included.
pub(crate) fn parse_whole(file: &Bytes) -> Result<ParquetMetaData, ParquetError> {
    let mut decoder = decoder(file.len() as u64)?;
    decoder.push_range(0..file.len() as u64, file.clone())?;
    match decoder.try_decode()? {
        DecodeResult::Data(metadata) => Ok(metadata),
        DecodeResult::NeedsData(_) | DecodeResult::Finished => Err(too_short()),
    }
}

/// Reads the footer of a file of this size.
pub(crate) fn decoder(size_bytes: u64) -> Result<ParquetMetaDataPushDecoder, ParquetError> {
    let decoder = ParquetMetaDataPushDecoder::try_new(size_bytes)?;
    Ok(decoder
        .with_column_index_policy(PageIndexPolicy::Skip)
        .with_offset_index_policy(PageIndexPolicy::Required))
}

fn too_short() -> ParquetError {
    ParquetError::EOF("the file is shorter than its footer says".to_owned())
}
