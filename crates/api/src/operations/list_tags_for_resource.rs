//! ListTagsForResource (`spec/api.md` 7.5).

use wire::{Fault, ListTagsForResourceRequest, ListTagsForResourceResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, Fault> {
    api.settings.tags(request).await.map_err(settings_fault)
}
