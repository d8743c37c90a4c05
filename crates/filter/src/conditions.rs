//! What every matching trace satisfies, as far as it can be told without reading documents.
//!
//! Only terms that every match needs say anything: what stands beside an `OR` or below a `!` is passed over.

use document::AnnotationValue;

use crate::expression::{AnnotationComparison, Comparison, Expression};
use crate::keyword::{BooleanKeyword, NumberKeyword, TextKeyword};
use crate::operator::{Operator, Order};
use crate::selector::NodeSelector;

/// Necessary, never sufficient: a trace that breaks one of them cannot match, a trace that meets all of them may.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conditions {
    /// The root's response time is known and lies in here.
    pub response_time: Option<Range>,
    /// The trace's duration is known and lies in here.
    pub duration: Option<Range>,
    /// The trace has a root, and it is all of this.
    pub root: Vec<RootFlag>,
    /// Some segment or subsegment carries each of these.
    pub annotations: Vec<AnnotationCondition>,
    /// The trace has a node for each of these.
    pub nodes: Vec<NodeCondition>,
}

/// Bounds of a time rounded to milliseconds, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Not below this.
    pub min_ms: u64,
    /// Not above this.
    pub max_ms: u64,
}

/// What a root is, by its flags (`spec/filter-expressions.md` 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RootFlag {
    /// No flag at all.
    Ok,
    /// `error` without `throttle`.
    Error,
    /// `throttle`.
    Throttle,
    /// `fault`.
    Fault,
}

/// An annotation that must be there.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnotationCondition {
    /// Its key.
    pub key: Box<str>,
    /// One of its values is one of these, numbers by value; with `None` any value may do.
    pub equals: Option<Vec<AnnotationValue>>,
}

/// A node that must be there: all given parts on the same one, exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeCondition {
    /// Its name.
    pub name: Option<Box<str>>,
    /// Its type.
    pub node_type: Option<Box<str>>,
    /// Its account, as printed.
    pub account: Option<Box<str>>,
}

impl Conditions {
    /// What the expression needs of a trace.
    pub(crate) fn of(expression: &Expression) -> Conditions {
        let mut conditions = Conditions::default();
        conditions.add(expression);
        conditions
    }

    fn add(&mut self, expression: &Expression) {
        match expression {
            Expression::All(terms) => terms.iter().for_each(|term| self.add(term)),
            Expression::Boolean(keyword, comparison) => self.add_flag(*keyword, comparison.as_ref()),
            Expression::Number(keyword, comparison) => self.add_time(*keyword, comparison.as_ref()),
            Expression::Text(keyword, Some(comparison)) => self.add_text(*keyword, comparison),
            Expression::Annotation(key, comparison) => self.add_annotation(key, comparison.as_ref()),
            Expression::Service {
                selector: Some(selector),
                ..
            } => self.nodes.push(selector.into()),
            Expression::Edge {
                ends: Some((from, to)),
                ..
            } => {
                self.nodes.extend([from.into(), to.into()]);
            }
            Expression::Any(_)
            | Expression::Not(_)
            | Expression::Text(_, None)
            | Expression::Service { selector: None, .. }
            | Expression::Edge { ends: None, .. }
            | Expression::Cause(_)
            | Expression::CauseEntry { .. }
            | Expression::CausePatterns { .. }
            | Expression::Group { .. } => {}
        }
    }

    fn add_flag(&mut self, keyword: BooleanKeyword, comparison: Option<&Comparison<bool>>) {
        let is_needed = match comparison {
            None => true,
            Some(comparison) => matches!(
                (comparison.operator, comparison.means),
                (Operator::Equal, Some(true)) | (Operator::Unequal, Some(false))
            ),
        };
        let flag = match keyword {
            BooleanKeyword::Ok => RootFlag::Ok,
            BooleanKeyword::Error => RootFlag::Error,
            BooleanKeyword::Throttle => RootFlag::Throttle,
            BooleanKeyword::Fault => RootFlag::Fault,
            BooleanKeyword::Partial
            | BooleanKeyword::Inferred
            | BooleanKeyword::Remote
            | BooleanKeyword::Root
            | BooleanKeyword::First
            | BooleanKeyword::Last => return,
        };
        if is_needed {
            self.root.push(flag);
        }
    }

    fn add_time(&mut self, keyword: NumberKeyword, comparison: Option<&Comparison<f64>>) {
        let known = match keyword {
            NumberKeyword::ResponseTime => &mut self.response_time,
            NumberKeyword::Duration => &mut self.duration,
            NumberKeyword::HttpStatus | NumberKeyword::Index | NumberKeyword::Coverage => return,
        };
        let range = Range::of(comparison);
        *known = Some(known.map_or(range, |known| known.and(range)));
    }

    /// Of the texts only those of nodes can be looked up without documents.
    fn add_text(&mut self, keyword: TextKeyword, comparison: &Comparison<Box<str>>) {
        if comparison.operator != Operator::Equal {
            return;
        }
        let mut node = NodeCondition {
            name: None,
            node_type: None,
            account: None,
        };
        match keyword {
            TextKeyword::Name => node.name.clone_from(&comparison.means),
            TextKeyword::Type => node.node_type.clone_from(&comparison.means),
            TextKeyword::AccountId => node.account.clone_from(&comparison.means),
            TextKeyword::HttpUrl
            | TextKeyword::HttpMethod
            | TextKeyword::HttpUserAgent
            | TextKeyword::HttpClientIp
            | TextKeyword::User
            | TextKeyword::Message
            | TextKeyword::AvailabilityZone
            | TextKeyword::InstanceId
            | TextKeyword::ResourceArn => return,
        }
        self.nodes.push(node);
    }

    fn add_annotation(&mut self, key: &str, comparison: Option<&AnnotationComparison>) {
        let equals = comparison
            .filter(|comparison| comparison.operator == Operator::Equal)
            .map(|comparison| comparison.equals.clone());
        self.annotations.push(AnnotationCondition {
            key: key.into(),
            equals,
        });
    }
}

impl Range {
    /// The times that may satisfy a comparison in seconds: no narrower than it, perhaps a little wider.
    fn of(comparison: Option<&Comparison<f64>>) -> Range {
        let Some((operator, seconds)) =
            comparison.and_then(|comparison| Some((comparison.operator, comparison.means?)))
        else {
            return Range::ANY;
        };
        // These conversions saturate: below zero and beyond the largest number they end at the bounds.
        let (floor_ms, ceiling_ms) = (
            (seconds * 1_000.0).floor() as u64,
            (seconds * 1_000.0).ceil() as u64,
        );
        match operator {
            Operator::Equal => Range {
                min_ms: floor_ms,
                max_ms: ceiling_ms,
            },
            Operator::Order(Order::Less | Order::LessOrEqual) => Range {
                max_ms: ceiling_ms,
                ..Range::ANY
            },
            Operator::Order(Order::Greater | Order::GreaterOrEqual) => Range {
                min_ms: floor_ms,
                ..Range::ANY
            },
            Operator::Unequal | Operator::Part(_) => Range::ANY,
        }
    }

    /// The times in both.
    fn and(self, other: Range) -> Range {
        Range {
            min_ms: self.min_ms.max(other.min_ms),
            max_ms: self.max_ms.min(other.max_ms),
        }
    }

    const ANY: Range = Range {
        min_ms: 0,
        max_ms: u64::MAX,
    };
}

impl From<&NodeSelector> for NodeCondition {
    /// Of several roots each has a client, but a trace names only the first one's: their names are left out.
    fn from(selector: &NodeSelector) -> NodeCondition {
        let is_client = selector.node_type.as_deref() == Some(CLIENT);
        NodeCondition {
            name: selector.name.clone().filter(|_| !is_client),
            node_type: selector.node_type.clone(),
            account: selector.account.clone(),
        }
    }
}

const CLIENT: &str = "client";
