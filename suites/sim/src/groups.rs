//! Groups, made, changed and deleted in the midst of all: what must be kept of them, and what the reference takes for
//! them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use catalog::Catalog;
use clock::{Clock, SeededRandomness, Timestamp};
use query::{Group, GroupsNow, GroupsUnknown};
use service_graph::{Admission, VersionInForce};
use settings::{Home, Memberships, Settings, SettingsLimits};
use store::GroupsView;
use tokio::sync::watch;
use wire::{CreateGroupRequest, DeleteGroupRequest, GetGroupsRequest, UpdateGroupRequest};

use crate::fate::Fate;
use crate::run::Run;
use crate::world::told;

/// The groups of a product that runs.
pub(crate) struct OpenGroups {
    catalog: Catalog,
    memberships: Memberships,
}

impl OpenGroups {
    /// Before the store is opened, which may judge traces then.
    pub(crate) async fn open(catalog: &Path) -> Result<OpenGroups, String> {
        let opened = Catalog::open(catalog).await;
        let catalog = opened.map_err(|error| told("the catalog does not open", &error))?;
        let home = Home {
            region: "us-east-1".to_owned(),
            account_id: "000000000000".to_owned(),
        };
        match Memberships::load(catalog.clone(), home).await {
            Ok(memberships) => Ok(OpenGroups { catalog, memberships }),
            Err(error) => {
                catalog.close().await;
                Err(told("the groups cannot be read", &error))
            }
        }
    }

    pub(crate) fn view(&self) -> GroupsView {
        self.memberships.view()
    }

    /// Receipts are later than every change of a group.
    pub(crate) fn latest_change(&self) -> Option<Timestamp> {
        self.memberships.latest_change()
    }

    pub(crate) async fn settings(
        &self,
        seed: u64,
        fate: &Arc<Fate>,
        receipts: Arc<dyn Clock>,
    ) -> Result<Settings, String> {
        let (clock, chance) = (Arc::clone(fate), Arc::new(SeededRandomness::new(seed)));
        let limits = SettingsLimits::default();
        let opened = Settings::open(self.memberships.clone(), receipts, clock, chance, limits).await;
        opened.map_err(|error| told("the settings do not open", &error))
    }

    pub(crate) async fn close(&self) {
        self.catalog.close().await;
    }
}

/// The groups as filters of the product name them.
pub(crate) struct KeptGroups(pub(crate) Settings);

impl query::Groups for KeptGroups {
    fn now(&self) -> GroupsNow<'_> {
        Box::pin(async {
            let kept = self.0.groups(&GetGroupsRequest::default()).await;
            let kept = kept.map_err(|error| GroupsUnknown(Box::new(error)))?;
            let groups = kept.groups.into_iter().map(|group| Group {
                name: group.group_name,
                arn: group.group_arn,
                filter_expression: group.filter_expression,
            });
            Ok(groups.collect())
        })
    }
}

/// All groups as they are, for a product that knows no change of them.
#[derive(Debug, Clone)]
pub(crate) struct GroupsOfNow {
    pub(crate) judged: Arc<dyn Admission>,
    named: Vec<Group>,
}

impl GroupsOfNow {
    pub(crate) fn view(&self) -> GroupsView {
        watch::channel(Some(Arc::clone(&self.judged))).1
    }
}

impl query::Groups for GroupsOfNow {
    fn now(&self) -> GroupsNow<'_> {
        Box::pin(std::future::ready(Ok(self.named.clone())))
    }
}

/// What must be kept of groups.
#[derive(Debug, Default)]
pub(crate) struct GroupsModel {
    /// Their expressions, by name.
    pub(crate) expressions: BTreeMap<String, String>,
    versions: Vec<VersionInForce>,
}

impl GroupsModel {
    /// The latest moment at which a version began or ended.
    pub(crate) fn latest_change(&self) -> Option<Timestamp> {
        let moments = self
            .versions
            .iter()
            .map(|version| version.until.unwrap_or(version.from));
        moments.max()
    }

    /// Each group is as it was left, and of versions nothing changes but an end that is told.
    fn settle(&mut self, now: &GroupsOfNow) -> Result<(), String> {
        let named = now.named.iter().filter_map(|group| {
            let expression = group.filter_expression.clone()?;
            Some((group.name.clone(), expression))
        });
        let named: BTreeMap<String, String> = named.collect();
        if named != self.expressions {
            let wanted = &self.expressions;
            return Err(format!("the groups are {named:?}, they were left as {wanted:?}"));
        }
        if now.judged.versions() != self.versions {
            let (found, wanted) = (now.judged.versions(), &self.versions);
            return Err(format!(
                "the groups' versions are {found:?}, they were {wanted:?}"
            ));
        }
        Ok(())
    }

    /// What a change made of versions: at most one is new, at most one has ended, both at a moment of their own.
    fn note_change(&mut self, versions: &[VersionInForce], latest: Option<Timestamp>) -> Result<(), String> {
        let is_late = |moment: Timestamp| latest.is_none_or(|latest| latest < moment);
        let told = |what: &str| Err(format!("{what}: {:?} became {versions:?}", self.versions));
        if versions.len() < self.versions.len() || versions.len() > self.versions.len() + 1 {
            return told("versions of groups came or went");
        }
        let mut ended = 0;
        for (before, after) in self.versions.iter().zip(versions) {
            let until = after.until;
            if (VersionInForce { until, ..*before }) != *after {
                return told("a version of a group is another one");
            }
            if before.until != until {
                ended += 1;
                if before.until.is_some() || !until.is_some_and(is_late) {
                    return told("a version of a group did not end after all receipts");
                }
            }
        }
        let new = versions.get(self.versions.len()..).unwrap_or_default();
        if ended > 1
            || !new
                .iter()
                .all(|version| version.until.is_none() && is_late(version.from))
        {
            return told("a version of a group did not begin after all receipts");
        }
        self.versions = versions.to_vec();
        Ok(())
    }
}

impl Run {
    /// The groups as the product tells them, which must be as they were left.
    pub(crate) async fn groups_of_now(&mut self) -> Result<GroupsOfNow, String> {
        let now = self.groups_told().await?;
        self.groups.settle(&now)?;
        Ok(now)
    }

    async fn groups_told(&self) -> Result<GroupsOfNow, String> {
        let open = self.world.open();
        let named = query::Groups::now(&KeptGroups(open.settings.clone())).await;
        let judged = open.groups.view().borrow().clone();
        Ok(GroupsOfNow {
            judged: judged.ok_or("the groups are not known while nobody changes them")?,
            named: named.map_err(|error| told("the groups cannot be listed", &error))?,
        })
    }

    /// One group is made, changed or deleted.
    pub(crate) async fn change_groups(&mut self) -> Result<String, String> {
        let name = format!("g{}", self.chance.below(GROUPS_MAX));
        let service = self.chance.below(crate::workload::SERVICES);
        let number = self.chance.below(100);
        let expression = match self.chance.below(6) {
            0 | 1 => format!(r#"service("svc{service}")"#),
            2 => format!(r#"!service("svc{service}")"#),
            3 => "fault".to_owned(),
            4 => format!("annotation.number < {number}"),
            _ => "duration < 1.5".to_owned(),
        };
        let is_there = self.groups.expressions.contains_key(&name);
        let is_deletion = is_there && self.chance.percent(25);
        let latest = self.model.latest_receipt();
        let settings = self.world.open().settings.clone();
        let (group_name, filter_expression) = (Some(name.clone()), Some(expression.clone()));
        let changed = match (is_there, is_deletion) {
            (_, true) => {
                let group_arn = None;
                let request = DeleteGroupRequest {
                    group_name,
                    group_arn,
                };
                settings.delete_group(&request).await.map(drop)
            }
            (true, false) => {
                let request = UpdateGroupRequest {
                    group_name,
                    filter_expression,
                    ..UpdateGroupRequest::default()
                };
                settings.update_group(&request).await.map(drop)
            }
            (false, false) => {
                let request = CreateGroupRequest {
                    group_name,
                    filter_expression,
                    ..CreateGroupRequest::default()
                };
                settings.create_group(&request).await.map(drop)
            }
        };
        changed.map_err(|error| told("a group cannot be changed", &error))?;
        self.fate.count("changes of groups");
        let told = match is_deletion {
            true => format!("{name} is deleted"),
            false => format!("{name} is {expression}"),
        };
        match is_deletion {
            true => self.groups.expressions.remove(&name),
            false => self.groups.expressions.insert(name, expression),
        };
        let now = self.groups_told().await?;
        self.groups.note_change(now.judged.versions(), latest)?;
        self.groups.settle(&now)?;
        Ok(told)
    }
}

const GROUPS_MAX: u64 = 2;
