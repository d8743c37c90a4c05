//! TagResource (`spec/api.md` 7.5).

use wire::{Fault, TagResourceRequest, TagResourceResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(api: &Api, request: &TagResourceRequest) -> Result<TagResourceResponse, Fault> {
    api.settings.tag_resource(request).await.map_err(settings_fault)
}
