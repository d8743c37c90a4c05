//! The members of a document's objects that anything is made of, put into named places in one walk over each
//! object. Where a key comes twice the last one counts; `null` counts as absent.

use crate::json::Value;

/// Declares a struct with one place for each member, and the walk that fills it.
macro_rules! members {
    ($(#[$doc:meta])* $name:ident { $($place:ident = $key:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default)]
        pub(crate) struct $name<'j> {
            $(pub(crate) $place: Option<Value<'j>>,)*
        }

        impl<'j> $name<'j> {
            /// The members of an object; `None` for anything else.
            pub(crate) fn of(value: Value<'j>) -> Option<$name<'j>> {
                let mut found = $name::default();
                for (key, value) in value.members()? {
                    let place = match &*key {
                        $($key => &mut found.$place,)*
                        _ => continue,
                    };
                    *place = if value.is_null() { None } else { Some(value) };
                }
                Some(found)
            }
        }
    };
}

members! {
    /// Of a segment or subsegment.
    EntityMembers {
        id = "id", kind = "type", name = "name", trace_id = "trace_id", parent_id = "parent_id",
        start_time = "start_time", end_time = "end_time", in_progress = "in_progress",
        error = "error", throttle = "throttle", fault = "fault", cause = "cause",
        namespace = "namespace", sql = "sql", http = "http", aws = "aws",
        origin = "origin", user = "user", resource_arn = "resource_arn",
        annotations = "annotations", links = "links", subsegments = "subsegments",
    }
}

members! {
    /// Of `http`.
    HttpMembers { request = "request", response = "response" }
}

members! {
    /// Of `http.request`.
    RequestMembers { url = "url", method = "method", user_agent = "user_agent", client_ip = "client_ip" }
}

members! {
    /// Of `http.response`.
    ResponseMembers { status = "status" }
}

members! {
    /// Of `aws`.
    AwsMembers {
        account_id = "account_id", operation = "operation", table_name = "table_name", queue_url = "queue_url",
        bucket_name = "bucket_name", function_name = "function_name", topic_arn = "topic_arn", ec2 = "ec2",
    }
}

members! {
    /// Of `aws.ec2`.
    InstanceMembers { instance_id = "instance_id", availability_zone = "availability_zone" }
}

members! {
    /// Of `cause`.
    CauseMembers { id = "id", exceptions = "exceptions" }
}

members! {
    /// Of an exception.
    ExceptionMembers { id = "id", name = "type", message = "message" }
}

members! {
    /// Of a link.
    LinkMembers { trace_id = "trace_id", id = "id", attributes = "attributes" }
}

members! {
    /// Of a link's `attributes`.
    LinkAttributes { kind = "aws.xray.reserved.reference_type", sent_time = "aws.link.sent_time" }
}
