//! Tags of groups and sampling rules (`spec/api.md` 7.5).

use crate::shape::{absent, shapes};

shapes! {
    /// A key and its value on a resource.
    pub struct Tag {
        /// 1 to 128 characters.
        pub key: Option<String>,
        /// 0 to 256 characters.
        pub value: Option<String>,
    }

    /// What TagResource takes.
    pub struct TagResourceRequest {
        /// A group or a sampling rule, 1 to 1011 characters.
        #[serde(rename = "ResourceARN")]
        pub resource_arn: Option<String>,
        /// Tags to give it, in place of those with the same keys.
        pub tags: Option<Vec<Tag>>,
    }

    /// An empty object.
    pub struct TagResourceResponse {}

    /// What UntagResource takes.
    pub struct UntagResourceRequest {
        /// A group or a sampling rule, 1 to 1011 characters.
        #[serde(rename = "ResourceARN")]
        pub resource_arn: Option<String>,
        /// Keys to take away; those it does not have are no mistake.
        pub tag_keys: Option<Vec<String>>,
    }

    /// An empty object.
    pub struct UntagResourceResponse {}

    /// What ListTagsForResource takes.
    pub struct ListTagsForResourceRequest {
        /// A group or a sampling rule, 1 to 1011 characters.
        #[serde(rename = "ResourceARN")]
        pub resource_arn: Option<String>,
        /// Ignored: all tags come in one page.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What ListTagsForResource answers.
    pub struct ListTagsForResourceResponse {
        /// By key.
        pub tags: Vec<Tag>,
        /// Never given.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }
}
