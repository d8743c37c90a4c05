//! UntagResource (`spec/api.md` 7.5).

use wire::{Fault, UntagResourceRequest, UntagResourceResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &UntagResourceRequest,
) -> Result<UntagResourceResponse, Fault> {
    api.settings.untag_resource(request).await.map_err(settings_fault)
}
