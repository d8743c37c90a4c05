//! Which traces a graph is asked of: all, or those of a group (`spec/service-graph.md` 4, Groups).

use service_graph::{GraphSum, GroupNamed, Scope, VersionInForce, Window};
use wire::{Constraints, refusals};

use crate::{Query, QueryError};

/// The traces of a graph, as the shares that they have in roll-ups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Traces {
    /// What the version in force has admitted, or every trace.
    current: Scope,
    /// What earlier versions of the same group have.
    earlier: Vec<Scope>,
}

/// A sum over traces.
pub(crate) struct Summed {
    pub(crate) sum: GraphSum,
    /// Whether an earlier version of the group had admitted any of them.
    pub(crate) has_old_members: bool,
}

impl Query {
    /// The traces that a request names.
    ///
    /// # Errors
    /// [`QueryError::Refused`] for a name and an ARN together, and for an unknown group.
    pub(crate) async fn traces_of(
        &self,
        name: Option<&str>,
        arn: Option<&str>,
    ) -> Result<Traces, QueryError> {
        let named = match (name, arn) {
            (Some(_), Some(_)) => return Err(QueryError::invalid(refusals::GROUP_NAMED_TWICE)),
            (None, None) | (Some("Default"), None) => return Ok(Traces::EVERY),
            (Some(name), None) => GroupNamed::Name(name),
            (None, Some(arn)) => GroupNamed::Arn(arn),
        };
        let groups = self.store.groups().await?;
        let unknown = || QueryError::invalid(refusals::GROUP_NOT_FOUND);
        let id = groups.group(named).ok_or_else(unknown)?;
        if id == EVERY_TRACE {
            return Ok(Traces::EVERY);
        }
        let versions = groups.versions().iter().filter(|version| version.group == id);
        let (current, earlier): (Vec<&VersionInForce>, Vec<&VersionInForce>) =
            versions.partition(|version| version.until.is_none());
        let scope = |version: &VersionInForce| Scope(version.number);
        Ok(Traces {
            current: current.into_iter().map(scope).next().ok_or_else(unknown)?,
            earlier: earlier.into_iter().map(scope).collect(),
        })
    }

    /// Sums up what these traces contribute in a window, beginning with an empty sum.
    pub(crate) async fn sum_of(
        &self,
        traces: &Traces,
        window: Window,
        empty: GraphSum,
    ) -> Result<Summed, QueryError> {
        let scopes = traces.earlier.iter().chain([&traces.current]);
        let mut sums: Vec<(Window, GraphSum)> = scopes
            .map(|scope| {
                (
                    Window {
                        scope: *scope,
                        ..window
                    },
                    empty.clone(),
                )
            })
            .collect();
        self.add_rollups(&mut sums).await?;
        let mut total = empty;
        let mut has_old_members = false;
        for (window, sum) in sums {
            has_old_members |= window.scope != traces.current && !sum.graph().nodes.is_empty();
            total.add(&sum);
        }
        Ok(Summed {
            sum: total,
            has_old_members,
        })
    }
}

impl Traces {
    const EVERY: Traces = Traces {
        current: Scope::EVERY_TRACE,
        earlier: Vec::new(),
    };
}

/// What the API's model says of a group's name and ARN.
pub(crate) fn check_lengths(constraints: &mut Constraints, name: &Option<String>, arn: &Option<String>) {
    constraints.length("groupName", name, 1..=GROUP_NAME_MAX);
    constraints.length("groupARN", arn, 1..=GROUP_ARN_MAX);
}

/// The number of the group `Default`.
const EVERY_TRACE: u32 = 0;
const GROUP_NAME_MAX: usize = 32;
const GROUP_ARN_MAX: usize = 400;
