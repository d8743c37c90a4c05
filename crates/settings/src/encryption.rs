//! The encryption setting (`spec/api.md` 7.7). It is kept and answered; how files are encrypted is the operator's
//! business.

use std::time::Duration;

use catalog::Encryption;
use wire::{
    Constraints, EncryptionConfig, GetEncryptionConfigRequest, GetEncryptionConfigResponse,
    PutEncryptionConfigRequest, PutEncryptionConfigResponse, refusals,
};

use crate::{Settings, SettingsError};

impl Settings {
    /// The setting; it is applied a second after it was put.
    ///
    /// # Errors
    /// [`SettingsError::Catalog`].
    pub async fn encryption(
        &self,
        _nothing: &GetEncryptionConfigRequest,
    ) -> Result<GetEncryptionConfigResponse, SettingsError> {
        let kept = self.catalog().encryption().await?;
        let is_applied = self.now() >= kept.changed + APPLIED_AFTER;
        let status = if is_applied { "ACTIVE" } else { "UPDATING" };
        Ok(GetEncryptionConfigResponse {
            encryption_config: printed(kept, status),
        })
    }

    /// Another setting from now on.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for an unknown type, a key that is missing, and one that is not wanted.
    pub async fn put_encryption(
        &self,
        request: &PutEncryptionConfigRequest,
    ) -> Result<PutEncryptionConfigResponse, SettingsError> {
        let mut constraints = Constraints::new();
        constraints.required("type", &request.r#type);
        constraints.one_of("type", &request.r#type, &["NONE", KMS]);
        constraints.length("keyId", &request.key_id, 1..=3_000);
        constraints.check()?;
        let kind = request.r#type.clone().unwrap_or_default();
        let key_arn = match (kind == KMS, &request.key_id) {
            (true, Some(key)) => Some(self.home().key_arn(key)),
            (false, None) => None,
            (true, None) => return Err(SettingsError::invalid(refusals::KEY_MISSING)),
            (false, Some(_)) => return Err(SettingsError::invalid(refusals::KEY_NOT_WANTED)),
        };
        let changed = self.now();
        let wanted = Encryption {
            kind,
            key_arn,
            changed,
        };
        self.catalog().put_encryption(&wanted).await?;
        Ok(PutEncryptionConfigResponse {
            encryption_config: printed(wanted, "UPDATING"),
        })
    }
}

fn printed(kept: Encryption, status: &str) -> EncryptionConfig {
    EncryptionConfig {
        r#type: kept.kind,
        status: status.to_owned(),
        key_id: kept.key_arn,
    }
}

const KMS: &str = "KMS";
const APPLIED_AFTER: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::{World, refusal};

    fn request(kind: Option<&str>, key: Option<&str>) -> PutEncryptionConfigRequest {
        PutEncryptionConfigRequest {
            r#type: kind.map(str::to_owned),
            key_id: key.map(str::to_owned),
        }
    }

    async fn now(world: &World) -> (String, String, Option<String>) {
        let answer = world.settings.encryption(&GetEncryptionConfigRequest {}).await;
        let config = answer.expect("a setting").encryption_config;
        (config.r#type, config.status, config.key_id)
    }

    fn told(kind: &str, status: &str, key: Option<&str>) -> (String, String, Option<String>) {
        (kind.to_owned(), status.to_owned(), key.map(str::to_owned))
    }

    /// `spec/api.md` 7.7.
    #[tokio::test]
    async fn a_setting_is_applied_a_second_later_and_survives_a_restart() {
        let world = World::new().await;
        assert_eq!(now(&world).await, told("NONE", "ACTIVE", None));
        let arn = "arn:aws:kms:eu-west-1:111122223333:key/1234";
        for (key, wanted) in [
            ("1234", arn),
            ("alias/mine", "arn:aws:kms:eu-west-1:111122223333:alias/mine"),
            (arn, arn),
        ] {
            let put = world
                .settings
                .put_encryption(&request(Some("KMS"), Some(key)))
                .await;
            let put = put.expect("put").encryption_config;
            assert_eq!(
                (put.r#type, put.status, put.key_id),
                told("KMS", "UPDATING", Some(wanted))
            );
        }
        assert_eq!(now(&world).await, told("KMS", "UPDATING", Some(arn)));
        world.clock.advance(Duration::from_secs(1));
        let world = world.restarted().await;
        assert_eq!(now(&world).await, told("KMS", "ACTIVE", Some(arn)));
        world
            .settings
            .put_encryption(&request(Some("NONE"), None))
            .await
            .expect("put");
        assert_eq!(now(&world).await, told("NONE", "UPDATING", None));
    }

    #[tokio::test]
    async fn a_key_goes_with_kms_only() {
        let world = World::new().await;
        for (kind, key, wanted) in [
            (Some("KMS"), None, refusals::KEY_MISSING),
            (Some("NONE"), Some("1234"), refusals::KEY_NOT_WANTED),
            (
                Some("AES"),
                None,
                "1 validation error detected: Value 'AES' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [NONE, KMS]",
            ),
            (
                None,
                None,
                "1 validation error detected: Value null at 'type' failed to satisfy constraint: Member must not be null",
            ),
        ] {
            assert_eq!(
                refusal(world.settings.put_encryption(&request(kind, key)).await),
                wanted
            );
        }
        assert_eq!(now(&world).await, told("NONE", "ACTIVE", None));
    }
}
