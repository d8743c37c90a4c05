//! What nodes are called (`spec/service-graph.md` 3).

use std::borrow::Cow;

use compact_str::CompactString;
use document::{Entity, Namespace, TextMember};

/// Identity of a node: name, type and account, as printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// The name.
    pub name: CompactString,
    /// The type; none for a reported segment without `origin`.
    pub node_type: Option<CompactString>,
    /// The account, where it is not the server's own.
    pub account: Option<CompactString>,
}

/// How much is known of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// An inferred remote node.
    Passive,
    /// A client node, an inferred AWS node or database.
    Unknown,
    /// A reported node.
    Active,
}

impl NodeId {
    /// The node of a reported segment.
    pub fn reported(segment: Entity<'_>, home: &str) -> NodeId {
        let node = NodeId {
            name: segment.name().into(),
            node_type: segment.text(TextMember::Origin).map(CompactString::from),
            account: segment.text(TextMember::AccountId).map(CompactString::from),
        };
        node.seen_from(home)
    }

    /// The node as a server with this account prints it: its own account only on Lambda functions (`settled.md` 10).
    pub fn seen_from(self, home: &str) -> NodeId {
        let is_function = self.node_type.as_deref() == Some(LAMBDA_FUNCTION);
        NodeId {
            account: self.account.filter(|account| is_function || **account != *home),
            ..self
        }
    }

    /// The client of a root segment.
    pub fn client(root: Entity<'_>) -> NodeId {
        NodeId {
            name: root.name().into(),
            node_type: Some(client_type(root).into()),
            account: None,
        }
    }

    /// Whether it is a client node.
    pub fn is_client(&self) -> bool {
        self.node_type.as_deref().is_some_and(is_client_type)
    }
}

/// The type of a root's client: a canary of CloudWatch Synthetics names itself in the user agent that it sends.
pub fn client_type(root: Entity<'_>) -> &'static str {
    let is_canary = |member| root.text(member).is_some_and(|text| text.contains(CANARY));
    match is_canary(TextMember::HttpUserAgent) || is_canary(TextMember::User) {
        true => SYNTHETICS,
        false => CLIENT,
    }
}

/// Whether nodes of a type are clients.
pub fn is_client_type(node_type: &str) -> bool {
    matches!(node_type, CLIENT | SYNTHETICS)
}

/// What a call reaches, as its caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver<'e> {
    /// Name of the node.
    pub name: &'e str,
    /// Type of the node.
    pub node_type: Cow<'e, str>,
    /// The identified AWS resource, for documents.
    pub resource_name: Option<&'e str>,
    /// How much is known of the node.
    pub state: State,
}

impl Receiver<'_> {
    /// The node inferred from the call.
    pub fn node(&self) -> NodeId {
        NodeId {
            name: self.name.into(),
            node_type: Some(self.node_type.as_ref().into()),
            account: None,
        }
    }

    /// The `origin` of the inferred segment: the node's type, none for a plain remote call.
    pub fn origin(&self) -> Option<&str> {
        (self.state != State::Passive).then_some(&*self.node_type)
    }
}

/// What a call reaches; `None` for anything that is no call.
pub fn receiver_of(call: Entity<'_>) -> Option<Receiver<'_>> {
    if !call.is_call() {
        return None;
    }
    Some(match (call.namespace, call.has_sql) {
        (Namespace::Aws, _) => typed_aws_receiver(call).unwrap_or_else(|| Receiver {
            name: call.name(),
            node_type: Cow::Owned(format!("AWS::{}", call.name())),
            resource_name: None,
            state: State::Unknown,
        }),
        (Namespace::Remote | Namespace::Local, true) => Receiver {
            name: call.name(),
            node_type: Cow::Borrowed("Database::SQL"),
            resource_name: None,
            state: State::Unknown,
        },
        (Namespace::Remote | Namespace::Local, false) => Receiver {
            name: call.name(),
            node_type: Cow::Borrowed("remote"),
            resource_name: None,
            state: State::Passive,
        },
    })
}

/// The AWS services whose resource is known from the call.
fn typed_aws_receiver(call: Entity<'_>) -> Option<Receiver<'_>> {
    call.text(TextMember::Operation)?;
    let (member, node_type) = match &*service_of(call.name()) {
        "dynamodb" => (TextMember::TableName, "AWS::DynamoDB::Table"),
        "s3" => (TextMember::BucketName, "AWS::S3::Bucket"),
        "sqs" => (TextMember::QueueUrl, "AWS::SQS::Queue"),
        "lambda" => (TextMember::FunctionName, "AWS::Lambda"),
        "sns" => (TextMember::TopicArn, "AWS::SNS"),
        _ => return None,
    };
    let resource = call.text(member)?;
    let name = if node_type == "AWS::SNS" { "SNS" } else { resource };
    let node_type = Cow::Borrowed(node_type);
    Some(Receiver {
        name,
        node_type,
        resource_name: Some(resource),
        state: State::Unknown,
    })
}

/// SDKs spell a service differently: `dynamodb`, `DynamoDb`, `AmazonDynamoDBv2`.
fn service_of(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let bare = lower
        .strip_prefix("amazon")
        .or_else(|| lower.strip_prefix("aws"))
        .unwrap_or(&lower);
    bare.strip_suffix("v2").unwrap_or(bare).to_owned()
}

const CLIENT: &str = "client";
const SYNTHETICS: &str = "client::Synthetics";
const CANARY: &str = "CloudWatchSynthetics";
const LAMBDA_FUNCTION: &str = "AWS::Lambda::Function";
