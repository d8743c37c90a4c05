//! PutEncryptionConfig (`spec/api.md` 7.7).

use wire::{Fault, PutEncryptionConfigRequest, PutEncryptionConfigResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &PutEncryptionConfigRequest,
) -> Result<PutEncryptionConfigResponse, Fault> {
    api.settings.put_encryption(request).await.map_err(settings_fault)
}
