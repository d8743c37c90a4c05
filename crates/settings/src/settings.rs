//! The door to all records that users make.

use std::sync::Arc;

use catalog::Catalog;
use clock::{Clock, Randomness, Timestamp};

use crate::{Home, SettingsError};

/// All records that users make; a cheap handle.
#[derive(Clone)]
pub struct Settings {
    inner: Arc<Inner>,
}

struct Inner {
    catalog: Catalog,
    home: Home,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Randomness>,
}

impl Settings {
    /// The records in this catalog, with what always exists put there.
    ///
    /// # Errors
    /// [`SettingsError::Catalog`].
    pub async fn open(
        catalog: Catalog,
        home: Home,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Randomness>,
    ) -> Result<Settings, SettingsError> {
        let settings = Settings {
            inner: Arc::new(Inner {
                catalog,
                home,
                clock,
                chance,
            }),
        };
        settings.keep_default_group().await?;
        settings.keep_default_rule().await?;
        Ok(settings)
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    pub(crate) fn home(&self) -> &Home {
        &self.inner.home
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(crate) fn chance(&self) -> &dyn Randomness {
        &*self.inner.chance
    }
}
