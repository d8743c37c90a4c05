//! PutResourcePolicy, ListResourcePolicies and DeleteResourcePolicy (`spec/api.md` 7.6).

use crate::shape::{absent, shapes};

shapes! {
    /// What PutResourcePolicy takes.
    pub struct PutResourcePolicyRequest {
        /// 1 to 128 letters, digits and `_+=,.@-`.
        pub policy_name: Option<String>,
        /// A policy as JSON text, at most 5,120 bytes.
        pub policy_document: Option<String>,
        /// The revision that is to be replaced; `0` where there must be none.
        #[serde(skip_serializing_if = "absent")]
        pub policy_revision_id: Option<String>,
        /// Whether a policy may deny its sender further changes.
        #[serde(skip_serializing_if = "absent")]
        pub bypass_policy_lockout_check: Option<bool>,
    }

    /// What PutResourcePolicy answers.
    pub struct PutResourcePolicyResponse {
        /// The policy as it is now.
        pub resource_policy: ResourcePolicy,
    }

    /// What ListResourcePolicies takes.
    pub struct ListResourcePoliciesRequest {
        /// Not supported by the service: all policies come in one page.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What ListResourcePolicies answers.
    pub struct ListResourcePoliciesResponse {
        /// By name.
        pub resource_policies: Vec<ResourcePolicy>,
        /// Never given.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What DeleteResourcePolicy takes.
    pub struct DeleteResourcePolicyRequest {
        /// The policy's name.
        pub policy_name: Option<String>,
        /// The revision that is to go.
        #[serde(skip_serializing_if = "absent")]
        pub policy_revision_id: Option<String>,
    }

    /// An empty object.
    pub struct DeleteResourcePolicyResponse {}

    /// A resource policy.
    pub struct ResourcePolicy {
        /// Its name.
        pub policy_name: String,
        /// The document, as it was sent.
        pub policy_document: String,
        /// `1`, `2` and so on, by one with each put.
        pub policy_revision_id: String,
        /// When it was last put, epoch seconds.
        pub last_updated_time: f64,
    }
}
