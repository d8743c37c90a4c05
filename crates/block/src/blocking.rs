//! Work that takes long, or may fall over foreign bytes, off the threads that serve others.

use object_store::path::Path;

use crate::error::{BlockError, Damage};

/// Runs `work` on a thread of its own. A panic in it is damage of the block at `path`.
pub(crate) async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BlockError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        let path = path.to_string();
        if error.is_panic() {
            BlockError::Damaged {
                path,
                source: Damage::Decoder,
            }
        } else {
            BlockError::Storage {
                path,
                source: error.into(),
            }
        }
    })
}
