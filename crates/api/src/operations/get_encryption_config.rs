//! GetEncryptionConfig (`spec/api.md` 7.7).

use wire::{Fault, GetEncryptionConfigRequest, GetEncryptionConfigResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &GetEncryptionConfigRequest,
) -> Result<GetEncryptionConfigResponse, Fault> {
    api.settings.encryption(request).await.map_err(settings_fault)
}
