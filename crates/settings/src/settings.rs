//! The door to all records that users make.

use std::sync::Arc;

use catalog::Catalog;
use clock::{Clock, Randomness, Timestamp};

use crate::memberships::Change;
use crate::{Home, Memberships, SettingsError};

/// All records that users make; a cheap handle.
#[derive(Clone)]
pub struct Settings {
    inner: Arc<Inner>,
}

struct Inner {
    memberships: Memberships,
    receipts: Arc<dyn Clock>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Randomness>,
    limits: SettingsLimits,
}

/// How many records users may make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsLimits {
    /// LIMIT: groups, Default among them.
    pub groups_max: usize,
    /// LIMIT: sampling rules, Default not among them.
    pub rules_max: usize,
}

impl Default for SettingsLimits {
    /// As many as anyone likes (`settled.md` 19).
    fn default() -> SettingsLimits {
        SettingsLimits {
            groups_max: usize::MAX,
            rules_max: usize::MAX,
        }
    }
}

impl Settings {
    /// The records in the catalog of these groups, with what always exists put there. `receipts` never goes back and
    /// gives each moment once, and none that a document was received at.
    ///
    /// # Errors
    /// [`SettingsError::Catalog`].
    pub async fn open(
        memberships: Memberships,
        receipts: Arc<dyn Clock>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Randomness>,
        limits: SettingsLimits,
    ) -> Result<Settings, SettingsError> {
        let settings = Settings {
            inner: Arc::new(Inner {
                memberships,
                receipts,
                clock,
                chance,
                limits,
            }),
        };
        settings.keep_default_rule().await?;
        Ok(settings)
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        self.inner.memberships.catalog()
    }

    pub(crate) fn home(&self) -> &Home {
        self.inner.memberships.home()
    }

    /// Begins a change of groups, which must be ended.
    pub(crate) async fn change_of_groups(&self) -> Change<'_> {
        self.inner.memberships.begin_change(&*self.inner.receipts).await
    }

    pub(crate) fn limits(&self) -> &SettingsLimits {
        &self.inner.limits
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(crate) fn chance(&self) -> &dyn Randomness {
        &*self.inner.chance
    }
}
