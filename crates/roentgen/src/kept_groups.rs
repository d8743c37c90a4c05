//! The groups of the settings, as filters name them.

use query::{Group, Groups, GroupsNow, GroupsUnknown};
use settings::Settings;
use wire::GetGroupsRequest;

/// The groups that the settings keep.
pub(crate) struct KeptGroups(pub(crate) Settings);

impl Groups for KeptGroups {
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
