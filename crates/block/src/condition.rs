//! What a wanted trace must fulfil besides its times. Conditions are necessary, not sufficient: a row that is left out
//! holds no wanted trace, a row that is kept may still turn out not to be wanted.

use std::ops::RangeInclusive;

use document::Flags;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use trace::Facts;

use crate::columns::ScanColumns;

/// What a wanted trace must fulfil.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Condition {
    /// Nothing.
    #[default]
    Every,
    /// What no trace fulfils.
    None,
    /// This term was given with the row.
    Term(u64),
    /// Its facts pass.
    Facts(FactTest),
    /// All of these.
    All(Vec<Condition>),
    /// At least one of these.
    Any(Vec<Condition>),
}

/// A test of a trace's facts. What the trace does not say passes no range.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FactTest {
    /// Nanoseconds.
    pub duration: Option<RangeInclusive<i64>>,
    /// Nanoseconds.
    pub response: Option<RangeInclusive<i64>>,
    /// Flags that the root has; a trace without a root has none.
    pub root_has: Flags,
    /// Flags that the root must not have.
    pub root_lacks: Flags,
    /// Whether the trace is partial.
    pub partial: Option<bool>,
}

impl FactTest {
    /// Whether facts pass.
    pub fn passes(&self, facts: &Facts) -> bool {
        let lies_in = |range: &Option<RangeInclusive<i64>>, nanos: Option<i64>| match (range, nanos) {
            (None, _) => true,
            (Some(range), Some(nanos)) => range.contains(&nanos),
            (Some(_), None) => false,
        };
        let root = facts.root.map_or(0, bits);
        lies_in(&self.duration, facts.duration_nanos)
            && lies_in(&self.response, facts.response_nanos)
            && root & bits(self.root_has) == bits(self.root_has)
            && root & bits(self.root_lacks) == 0
            && self.partial.is_none_or(|partial| partial == facts.is_partial)
    }
}

/// Flags as the block writes them.
pub(crate) fn bits(flags: Flags) -> u8 {
    u8::from(flags.error) | u8::from(flags.throttle) << 1 | u8::from(flags.fault) << 2
}

/// The counterpart of [`bits`].
pub(crate) fn flags(bits: u8) -> Flags {
    Flags {
        error: bits & 1 != 0,
        throttle: bits & 2 != 0,
        fault: bits & 4 != 0,
    }
}

impl Condition {
    /// Whether these facts and ascending terms fulfil it. A live trace may be asked as well as a stored one.
    pub fn may_want(&self, facts: &Facts, terms: &[u64]) -> bool {
        match self {
            Condition::Every => true,
            Condition::None => false,
            Condition::Term(term) => terms.binary_search(term).is_ok(),
            Condition::Facts(test) => test.passes(facts),
            Condition::All(all) => all.iter().all(|one| one.may_want(facts, terms)),
            Condition::Any(any) => any.iter().any(|one| one.may_want(facts, terms)),
        }
    }

    /// What is left of it where terms say nothing: every term is taken to be given.
    pub fn without_terms(&self) -> Condition {
        let each = |some: &[Condition]| some.iter().map(Condition::without_terms).collect();
        match self {
            Condition::Term(_) => Condition::Every,
            Condition::All(all) => Condition::All(each(all)),
            Condition::Any(any) => Condition::Any(each(any)),
            Condition::Every | Condition::None | Condition::Facts(_) => self.clone(),
        }
    }

    /// Every term that it names.
    pub(crate) fn terms(&self, terms: &mut Vec<u64>) {
        match self {
            Condition::Every | Condition::None | Condition::Facts(_) => (),
            Condition::Term(term) => terms.push(*term),
            Condition::All(some) | Condition::Any(some) => some.iter().for_each(|one| one.terms(terms)),
        }
    }
}

/// A condition with what a block's index says of its terms.
#[derive(Debug, Clone)]
pub struct Pruned {
    condition: Condition,
    /// The rows of each term; `None` where the block has no index.
    postings: Option<FxHashMap<u64, RoaringBitmap>>,
}

/// Rows of a block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rows {
    All,
    Some(RoaringBitmap),
}

impl Pruned {
    pub(crate) fn new(condition: Condition, postings: Option<FxHashMap<u64, RoaringBitmap>>) -> Pruned {
        Pruned { condition, postings }
    }

    /// Whether the terms alone say that no row is wanted, so that no column needs to be read.
    pub fn is_empty(&self) -> bool {
        match self.rows_in(&self.condition, None, Rows::All) {
            Rows::All => false,
            Rows::Some(rows) => rows.is_empty(),
        }
    }

    /// The rows that may be wanted.
    pub(crate) fn rows(&self, columns: &ScanColumns) -> Rows {
        self.rows_in(&self.condition, Some(columns), Rows::All)
    }

    /// Those of `within` that fulfil the condition; without columns, facts are taken to pass.
    fn rows_in(&self, condition: &Condition, columns: Option<&ScanColumns>, within: Rows) -> Rows {
        match condition {
            Condition::Every => within,
            Condition::None => Rows::Some(RoaringBitmap::new()),
            Condition::Term(term) => match &self.postings {
                None => within,
                Some(postings) => within.and(postings.get(term).cloned().unwrap_or_default()),
            },
            Condition::Facts(test) => match columns {
                None => within,
                Some(columns) => columns.passing(test, within),
            },
            Condition::All(all) => {
                // Facts last: they are looked at row by row.
                let (facts, others): (Vec<_>, Vec<_>) =
                    all.iter().partition(|one| matches!(one, Condition::Facts(_)));
                others
                    .into_iter()
                    .chain(facts)
                    .fold(within, |within, one| self.rows_in(one, columns, within))
            }
            Condition::Any(any) => {
                let mut found = RoaringBitmap::new();
                for one in any {
                    match self.rows_in(one, columns, within.clone()) {
                        Rows::All => return Rows::All,
                        Rows::Some(rows) => found |= rows,
                    }
                }
                Rows::Some(found)
            }
        }
    }
}

impl Rows {
    fn and(self, other: RoaringBitmap) -> Rows {
        match self {
            Rows::All => Rows::Some(other),
            Rows::Some(rows) => Rows::Some(rows & other),
        }
    }
}
