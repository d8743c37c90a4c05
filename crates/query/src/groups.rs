//! Groups in filters: a trace is a member if it matches the group's current expression
//! (`spec/filter-expressions.md` 9).

use std::future::Future;
use std::pin::Pin;

use filter::{Filter, GroupKey, GroupRef, Subject};
use trace::Trace;
use tracing::error;
use wire::refusals;

use crate::QueryError;

/// Who keeps the groups.
pub trait Groups: Send + Sync {
    /// All groups as they are at this moment, the one of every trace included. Asked once for each question whose
    /// filter names a group, so that a change is in force with the next question.
    fn now(&self) -> GroupsNow<'_>;
}

/// The groups, once they are read.
pub type GroupsNow<'g> = Pin<Box<dyn Future<Output = Result<Vec<Group>, GroupsUnknown>> + Send + 'g>>;

/// A group as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Which traces belong to it; every trace where there is none.
    pub filter_expression: Option<String>,
}

/// The groups could not be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read the groups")]
pub struct GroupsUnknown(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The groups that a filter names, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct NamedGroups(Vec<(Group, Filter)>);

impl NamedGroups {
    /// Those that the filter names.
    pub(crate) async fn of(filter: &Filter, kept: &dyn Groups) -> Result<NamedGroups, QueryError> {
        let keys = filter.groups();
        if keys.is_empty() {
            return Ok(NamedGroups::default());
        }
        let mut known = kept.now().await?;
        let is_named = |group: &Group, key: &GroupKey<'_>| match key {
            GroupKey::Name(name) => group.name == *name,
            GroupKey::Arn(arn) => group.arn == *arn,
        };
        if !keys
            .iter()
            .all(|key| known.iter().any(|group| is_named(group, key)))
        {
            return Err(QueryError::invalid(refusals::GROUP_NOT_FOUND));
        }
        known.retain(|group| keys.iter().any(|key| is_named(group, key)));
        Ok(NamedGroups(known.into_iter().filter_map(compiled).collect()))
    }

    /// Those of them that the trace belongs to.
    pub(crate) fn of_trace(&self, trace: &Trace, home: &str) -> Vec<GroupRef<'_>> {
        let subject = Subject {
            trace,
            home,
            groups: &[],
        };
        let members = self.0.iter().filter(|(_, filter)| filter.matches(&subject));
        members
            .map(|(group, _)| GroupRef {
                name: &group.name,
                arn: &group.arn,
            })
            .collect()
    }
}

/// A kept expression was checked when the group was made; one that cannot be read any more has no members.
fn compiled(group: Group) -> Option<(Group, Filter)> {
    match group.filter_expression.as_deref().unwrap_or_default().parse() {
        Ok(filter) => Some((group, filter)),
        Err(problem) => {
            error!(group = group.name, %problem, "the expression of a group cannot be read: it has no members");
            None
        }
    }
}

/// The group of every trace alone, where nobody keeps groups.
pub(crate) struct NoGroups;

impl Groups for NoGroups {
    fn now(&self) -> GroupsNow<'_> {
        let default = Group {
            name: "Default".to_owned(),
            arn: String::new(),
            filter_expression: None,
        };
        Box::pin(std::future::ready(Ok(vec![default])))
    }
}
