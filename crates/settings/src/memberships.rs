//! The groups as those see them who judge traces (`settled.md` 31): every version that there ever was, ready to be asked.
//!
//! INVARIANT: from before a change takes its moment until it is known, there is no view of the groups, and whoever
//! wants to judge waits. [`service_graph::Admission`]'s module says what follows from it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use catalog::{Catalog, GroupRecord, GroupVersion};
use clock::{Clock, Timestamp};
use filter::{Filter, Subject};
use service_graph::{Admission, GroupNamed, VersionInForce};
use tokio::sync::{Mutex, MutexGuard, watch};
use trace::Trace;

use crate::{Home, SettingsError};

/// Who belongs to which group; a cheap handle.
#[derive(Clone)]
pub struct Memberships {
    inner: Arc<Inner>,
}

struct Inner {
    catalog: Catalog,
    home: Home,
    view: watch::Sender<Option<Arc<dyn Admission>>>,
    /// One change at a time.
    changing: Mutex<()>,
}

impl Memberships {
    /// The groups of a catalog, the one of every trace among them.
    ///
    /// # Errors
    /// [`SettingsError::Catalog`].
    pub async fn load(catalog: Catalog, home: Home) -> Result<Memberships, SettingsError> {
        let arn = home.default_group_arn(DEFAULT);
        catalog.keep_default_group(DEFAULT, &arn).await?;
        let view = view_of(&catalog, &home.account_id).await?;
        Ok(Memberships {
            inner: Arc::new(Inner {
                catalog,
                home,
                view: watch::channel(Some(view)).0,
                changing: Mutex::new(()),
            }),
        })
    }

    /// The groups as they are, and as they will be; nothing while they change.
    pub fn view(&self) -> watch::Receiver<Option<Arc<dyn Admission>>> {
        self.inner.view.subscribe()
    }

    /// The latest moment at which a version began or ended: receipts are to be later, wherever the clock stands.
    pub fn latest_change(&self) -> Option<Timestamp> {
        let view = self.inner.view.borrow();
        let versions = view.as_ref()?.versions().iter();
        versions
            .map(|version| version.until.unwrap_or(version.from))
            .max()
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    pub(crate) fn home(&self) -> &Home {
        &self.inner.home
    }

    /// Begins a change of groups, which must be ended: until then nobody can judge a trace.
    pub(crate) async fn begin_change(&self, receipts: &dyn Clock) -> Change<'_> {
        let one_at_a_time = self.inner.changing.lock().await;
        self.inner.view.send_replace(None);
        Change {
            memberships: self,
            moment: receipts.now(),
            _one_at_a_time: one_at_a_time,
        }
    }
}

/// A change of groups under way.
pub(crate) struct Change<'m> {
    memberships: &'m Memberships,
    /// When it takes place: later than every receipt so far, earlier than every one to come.
    pub(crate) moment: Timestamp,
    _one_at_a_time: MutexGuard<'m, ()>,
}

impl Change<'_> {
    /// Tells what the groups are now. A change that failed may have taken place all the same, so it ends only when
    /// that could be read.
    pub(crate) async fn end(self) {
        let inner = &self.memberships.inner;
        loop {
            match view_of(&inner.catalog, &inner.home.account_id).await {
                Ok(view) => {
                    inner.view.send_replace(Some(view));
                    return;
                }
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "could not read the groups after a change, will try again"
                    );
                    tokio::time::sleep(RETRY_AFTER).await;
                }
            }
        }
    }
}

/// All groups as of one moment.
#[derive(Debug)]
struct View {
    /// The server's own account.
    account_id: String,
    groups: Vec<GroupRecord>,
    versions: Vec<VersionInForce>,
    /// By number.
    filters: BTreeMap<u32, Filter>,
}

impl Admission for View {
    fn versions(&self) -> &[VersionInForce] {
        &self.versions
    }

    fn admits(&self, number: u32, trace: &Trace) -> bool {
        let subject = Subject {
            trace,
            home: &self.account_id,
            // A group's expression names no group.
            groups: &[],
        };
        let filter = self.filters.get(&number);
        filter.is_some_and(|filter| filter.matches(&subject))
    }

    fn group(&self, named: GroupNamed<'_>) -> Option<u32> {
        let is_meant = |group: &&GroupRecord| match named {
            GroupNamed::Name(name) => group.name == name,
            GroupNamed::Arn(arn) => group.arn == arn,
        };
        self.groups.iter().find(is_meant).map(|group| group.id)
    }
}

/// What the catalog says. Versions of deleted groups stay: what they admitted may have to be taken back.
async fn view_of(catalog: &Catalog, account_id: &str) -> Result<Arc<dyn Admission>, SettingsError> {
    let versions = catalog.group_versions().await?;
    let view = View {
        account_id: account_id.to_owned(),
        groups: catalog.groups().await?,
        versions: versions.iter().map(in_force).collect(),
        filters: versions.iter().filter_map(compiled).collect(),
    };
    Ok(Arc::new(view))
}

fn in_force(version: &GroupVersion) -> VersionInForce {
    VersionInForce {
        number: version.number,
        group: version.group_id,
        from: version.from,
        until: version.until,
    }
}

/// Every expression was checked when it came. One that cannot be read now matches nothing.
fn compiled(version: &GroupVersion) -> Option<(u32, Filter)> {
    match version.filter_expression.parse() {
        Ok(filter) => Some((version.number, filter)),
        Err(problem) => {
            let (group, version) = (version.group_id, version.number);
            tracing::error!(group, version, %problem, "a group's expression is unreadable");
            None
        }
    }
}

/// The group of every trace.
pub(crate) const DEFAULT: &str = "Default";
const RETRY_AFTER: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
