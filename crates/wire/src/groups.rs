//! CreateGroup, GetGroup, GetGroups, UpdateGroup and DeleteGroup (`spec/api.md` 7.3).

use crate::Tag;
use crate::shape::{absent, shapes};

shapes! {
    /// What CreateGroup takes.
    pub struct CreateGroupRequest {
        /// 1 to 32 letters, digits and `-`; no other group's.
        pub group_name: Option<String>,
        /// Which traces belong to it; not blank.
        #[serde(skip_serializing_if = "absent")]
        pub filter_expression: Option<String>,
        /// What is done about insights; nothing where it is absent.
        #[serde(skip_serializing_if = "absent")]
        pub insights_configuration: Option<InsightsConfiguration>,
        /// Tags of the new group.
        #[serde(skip_serializing_if = "absent")]
        pub tags: Option<Vec<Tag>>,
    }

    /// What CreateGroup answers.
    pub struct CreateGroupResponse {
        /// The new group.
        pub group: Group,
    }

    /// What GetGroup takes: a name or an ARN.
    pub struct GetGroupRequest {
        /// The group's name.
        #[serde(skip_serializing_if = "absent")]
        pub group_name: Option<String>,
        /// The group's ARN.
        #[serde(rename = "GroupARN", skip_serializing_if = "absent")]
        pub group_arn: Option<String>,
    }

    /// What GetGroup answers.
    pub struct GetGroupResponse {
        /// The group.
        pub group: Group,
    }

    /// What UpdateGroup takes: a name or an ARN, and what is to be.
    pub struct UpdateGroupRequest {
        /// The group's name.
        #[serde(skip_serializing_if = "absent")]
        pub group_name: Option<String>,
        /// The group's ARN.
        #[serde(rename = "GroupARN", skip_serializing_if = "absent")]
        pub group_arn: Option<String>,
        /// Which traces belong to it from now on; must be repeated where it stays, absent on Default.
        #[serde(skip_serializing_if = "absent")]
        pub filter_expression: Option<String>,
        /// What is done about insights; what is absent stays.
        #[serde(skip_serializing_if = "absent")]
        pub insights_configuration: Option<InsightsConfiguration>,
    }

    /// What UpdateGroup answers.
    pub struct UpdateGroupResponse {
        /// The group as it is now.
        pub group: Group,
    }

    /// What DeleteGroup takes: a name or an ARN.
    pub struct DeleteGroupRequest {
        /// The group's name.
        #[serde(skip_serializing_if = "absent")]
        pub group_name: Option<String>,
        /// The group's ARN.
        #[serde(rename = "GroupARN", skip_serializing_if = "absent")]
        pub group_arn: Option<String>,
    }

    /// An empty object.
    pub struct DeleteGroupResponse {}

    /// What GetGroups takes.
    pub struct GetGroupsRequest {
        /// Not supported by the service: all groups come in one page.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What GetGroups answers.
    pub struct GetGroupsResponse {
        /// Default first, the others by name.
        pub groups: Vec<Group>,
        /// Never given.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// A group of traces; the model calls it GroupSummary where several are listed.
    pub struct Group {
        /// Its name.
        pub group_name: String,
        /// Its ARN; a group that is made again under the same name has another.
        #[serde(rename = "GroupARN")]
        pub group_arn: String,
        /// Which traces belong to it; absent on Default, to which all do.
        #[serde(skip_serializing_if = "absent")]
        pub filter_expression: Option<String>,
        /// What is done about insights; in answers both members are there.
        pub insights_configuration: InsightsConfiguration,
    }

    /// What is done about insights in a group.
    pub struct InsightsConfiguration {
        /// Whether they are looked for.
        #[serde(skip_serializing_if = "absent")]
        pub insights_enabled: Option<bool>,
        /// Whether they are told to others; only where they are looked for.
        #[serde(skip_serializing_if = "absent")]
        pub notifications_enabled: Option<bool>,
    }
}
