//! Which nodes are meant, and the small language of time series that consists of nothing else
//! (`spec/filter-expressions.md` 8 and 12, `spec/service-graph.md` 5).

use std::fmt;
use std::str::FromStr;

use trace::NodeId;

use crate::parse;
use crate::problem::Problem;
use crate::value::Quoted;

/// The node or the edge that a time series is about: `service(...)`, `edge(..., ...)`, or an `id(...)` alone, which
/// is the node of that id. Nothing may follow. At most 500 characters.
///
/// ```
/// let selector: filter::EntitySelector = r#"edge("web", id(name: "cart", type: "remote"))"#.parse()?;
/// assert!(matches!(selector, filter::EntitySelector::Edge(..)) && !selector.is_by_id());
///
/// let problem = r#"service("a") { fault }"#.parse::<filter::EntitySelector>().unwrap_err();
/// assert_eq!(problem.to_string(), "Error Location: line 1, position 14 : Invalid input symbol: '{'");
/// # Ok::<(), filter::Problem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntitySelector {
    /// The entities of every such node.
    Service(NodeSelector),
    /// The calls from every such node to every such node.
    Edge(NodeSelector, NodeSelector),
}

/// Which nodes are meant: all given parts on the same one. At least one part is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSelector {
    pub(crate) form: SelectorForm,
    pub(crate) name: Option<Box<str>>,
    pub(crate) node_type: Option<Box<str>>,
    pub(crate) account: Option<Box<str>>,
}

/// How a selector is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelectorForm {
    Name,
    Id,
}

impl EntitySelector {
    /// Whether its nodes are given as `id(...)`: forecasts need that (`spec/service-graph.md` 5).
    pub fn is_by_id(&self) -> bool {
        match self {
            EntitySelector::Service(node) => node.is_by_id(),
            EntitySelector::Edge(from, to) => from.is_by_id() && to.is_by_id(),
        }
    }
}

impl NodeSelector {
    /// A node by its name alone.
    pub(crate) fn named(name: Box<str>) -> NodeSelector {
        NodeSelector {
            form: SelectorForm::Name,
            name: Some(name),
            node_type: None,
            account: None,
        }
    }

    /// An `id()` whose parts are still to come.
    pub(crate) fn empty_id() -> NodeSelector {
        NodeSelector {
            form: SelectorForm::Id,
            name: None,
            node_type: None,
            account: None,
        }
    }

    /// Whether the node is meant. A name alone means every node of that name, the client too: in a time series, not
    /// in a filter (`settled.md` 10). An account that is not known is never the given one.
    pub fn matches(&self, node: &NodeId) -> bool {
        let fits =
            |part: &Option<Box<str>>, actual: Option<&str>| part.is_none() || part.as_deref() == actual;
        fits(&self.name, Some(&node.name))
            && fits(&self.node_type, node.node_type.as_deref())
            && fits(&self.account, node.account.as_deref())
    }

    /// Whether it is written as `id(...)`.
    pub fn is_by_id(&self) -> bool {
        self.form == SelectorForm::Id
    }

    /// Whether nothing but the name is given, however it is written: in a filter such a selector means no client
    /// node (section 8).
    pub(crate) fn is_name_only(&self) -> bool {
        self.node_type.is_none() && self.account.is_none()
    }
}

impl FromStr for EntitySelector {
    type Err = Problem;

    /// Reads a selector. Empty text lacks its operand; that the API has another error for it is for the API to say.
    fn from_str(text: &str) -> Result<EntitySelector, Problem> {
        parse::entity_selector(text)
    }
}

impl fmt::Display for EntitySelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntitySelector::Service(node) => write!(f, "service({node})"),
            EntitySelector::Edge(from, to) => write!(f, "edge({from}, {to})"),
        }
    }
}

impl fmt::Display for NodeSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(name), SelectorForm::Name) = (&self.name, self.form) {
            return write!(f, "{}", Quoted(name));
        }
        let parts = [
            ("name", &self.name),
            ("type", &self.node_type),
            ("account.id", &self.account),
        ];
        let mut separator = "id(";
        for (argument, value) in parts {
            if let Some(value) = value {
                write!(f, "{separator}{argument}: {}", Quoted(value))?;
                separator = ", ";
            }
        }
        f.write_str(")")
    }
}
