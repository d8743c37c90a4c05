//! Small numbers for nodes and aliases, so that sums need not copy and compare texts.

use rustc_hash::FxHashMap;
use trace::NodeId;

use crate::AliasOf;

/// Which node, within one [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeNumber(pub(crate) u32);

/// Which alias, within one [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AliasNumber(pub(crate) u32);

/// Everything that has been numbered, in the order of its first mention.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    nodes: Numbered<NodeId>,
    aliases: Numbered<AliasOf>,
}

/// How the numbers of one [`Names`] are called in another.
pub(crate) struct Renumbering {
    nodes: Vec<NodeNumber>,
    aliases: Vec<AliasNumber>,
}

impl Names {
    pub(crate) fn node_number(&mut self, node: NodeId) -> NodeNumber {
        NodeNumber(self.nodes.number(node))
    }

    pub(crate) fn alias_number(&mut self, alias: AliasOf) -> AliasNumber {
        AliasNumber(self.aliases.number(alias))
    }

    pub(crate) fn node(&self, number: NodeNumber) -> &NodeId {
        self.nodes.get(number.0)
    }

    pub(crate) fn alias(&self, number: AliasNumber) -> &AliasOf {
        self.aliases.get(number.0)
    }

    pub(crate) fn nodes(&self) -> &[NodeId] {
        &self.nodes.known
    }

    pub(crate) fn aliases(&self) -> &[AliasOf] {
        &self.aliases.known
    }

    /// Numbers everything that the other one knows, nodes as a server with the account `home` sees them.
    pub(crate) fn adopt(&mut self, other: &Names, home: &str) -> Renumbering {
        Renumbering {
            nodes: other
                .nodes()
                .iter()
                .map(|node| self.node_number(node.clone().seen_from(home)))
                .collect(),
            aliases: other
                .aliases()
                .iter()
                .map(|alias| self.alias_number(alias.clone()))
                .collect(),
        }
    }
}

impl Renumbering {
    /// `None` for a number that the other one never gave.
    pub(crate) fn node(&self, number: NodeNumber) -> Option<NodeNumber> {
        self.nodes.get(number.0 as usize).copied()
    }

    /// `None` for a number that the other one never gave.
    pub(crate) fn alias(&self, number: AliasNumber) -> Option<AliasNumber> {
        self.aliases.get(number.0 as usize).copied()
    }
}

#[derive(Debug, Clone)]
struct Numbered<T> {
    known: Vec<T>,
    numbers: FxHashMap<T, u32>,
}

impl<T: Clone + Eq + std::hash::Hash> Numbered<T> {
    fn number(&mut self, name: T) -> u32 {
        if let Some(number) = self.numbers.get(&name) {
            return *number;
        }
        let number = u32::try_from(self.known.len()).expect("fewer than four billion names");
        self.known.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    fn get(&self, number: u32) -> &T {
        &self.known[number as usize]
    }
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered {
            known: vec![],
            numbers: FxHashMap::default(),
        }
    }
}
