//! Settings over a new catalog, for tests.

use std::sync::Arc;

use catalog::Catalog;
use clock::{ManualClock, SeededRandomness, Timestamp};

use crate::{Home, Memberships, Settings, SettingsError, SettingsLimits};

/// Settings, and all that they stand on.
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) catalog: Catalog,
    pub(crate) memberships: Memberships,
    pub(crate) clock: Arc<ManualClock>,
    folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> World {
        World::at(
            tempfile::tempdir().expect("a folder"),
            Arc::new(ManualClock::at(Timestamp::from_seconds(1_767_225_600))),
            SettingsLimits::default(),
        )
        .await
    }

    /// The same folder after a stop, with other limits.
    pub(crate) async fn restarted_with(self, limits: SettingsLimits) -> World {
        self.catalog.close().await;
        World::at(self.folder, self.clock, limits).await
    }

    /// The same folder after a stop.
    pub(crate) async fn restarted(self) -> World {
        self.restarted_with(SettingsLimits::default()).await
    }

    async fn at(folder: tempfile::TempDir, clock: Arc<ManualClock>, limits: SettingsLimits) -> World {
        let catalog = Catalog::open(&folder.path().join("catalog.sqlite")).await;
        let catalog = catalog.expect("a catalog");
        let home = Home {
            region: "eu-west-1".to_owned(),
            account_id: "111122223333".to_owned(),
        };
        let chance = Arc::new(SeededRandomness::new(
            catalog.groups().await.expect("groups").len() as u64,
        ));
        let memberships = Memberships::load(catalog.clone(), home).await;
        let memberships = memberships.expect("groups");
        let settings =
            Settings::open(memberships.clone(), clock.clone(), clock.clone(), chance, limits).await;
        World {
            settings: settings.expect("settings"),
            catalog,
            memberships,
            clock,
            folder,
        }
    }
}

/// The text with which a request was refused.
pub(crate) fn refusal<A>(answer: Result<A, SettingsError>) -> String {
    match answer {
        Ok(_) => String::new(),
        Err(SettingsError::Refused(fault)) => fault.message,
        Err(
            error @ (SettingsError::Catalog(_) | SettingsError::Stopping | SettingsError::Malformed { .. }),
        ) => panic!("{error}"),
    }
}
