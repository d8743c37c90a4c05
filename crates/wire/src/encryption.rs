//! GetEncryptionConfig and PutEncryptionConfig (`spec/api.md` 7.7).

use crate::shape::{absent, shapes};

shapes! {
    /// What GetEncryptionConfig takes: nothing.
    pub struct GetEncryptionConfigRequest {}

    /// What GetEncryptionConfig answers.
    pub struct GetEncryptionConfigResponse {
        /// The setting.
        pub encryption_config: EncryptionConfig,
    }

    /// What PutEncryptionConfig takes.
    pub struct PutEncryptionConfigRequest {
        /// `NONE` or `KMS`.
        pub r#type: Option<String>,
        /// A key's id, alias or ARN; only with `KMS`.
        #[serde(skip_serializing_if = "absent")]
        pub key_id: Option<String>,
    }

    /// What PutEncryptionConfig answers.
    pub struct PutEncryptionConfigResponse {
        /// The setting, still being applied.
        pub encryption_config: EncryptionConfig,
    }

    /// How traces are encrypted, as far as X-Ray's clients are told.
    pub struct EncryptionConfig {
        /// `NONE` or `KMS`.
        pub r#type: String,
        /// `UPDATING` or `ACTIVE`.
        pub status: String,
        /// The key's ARN.
        #[serde(skip_serializing_if = "absent")]
        pub key_id: Option<String>,
    }
}
