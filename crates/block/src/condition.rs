//! What a wanted trace must fulfil besides its times. Conditions are necessary, not sufficient: a row that is left out
//! holds no wanted trace, a row that is kept may still turn out not to be wanted.

use std::ops::RangeInclusive;

use document::Flags;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use trace::Facts;

use crate::columns::ScanColumns;
use crate::texts::{self, TextTest, Texts};

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
    /// A text of the row passes.
    Text(TextTest),
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
    /// Whether these facts, ascending terms and texts fulfil it. A live trace may be asked as well as a stored one.
    pub fn may_want(&self, facts: &Facts, (terms, texts): (&[u64], &Texts)) -> bool {
        match self {
            Condition::Every => true,
            Condition::None => false,
            Condition::Term(term) => {
                let stands_for = |(field, text)| Texts::term_of(field, text) == *term;
                terms.binary_search(term).is_ok() || texts.iter().any(stands_for)
            }
            Condition::Text(test) => texts
                .iter()
                .any(|(field, text)| field == test.field && test.passes(text)),
            Condition::Facts(test) => test.passes(facts),
            Condition::All(all) => all.iter().all(|one| one.may_want(facts, (terms, texts))),
            Condition::Any(any) => any.iter().any(|one| one.may_want(facts, (terms, texts))),
        }
    }

    /// What is left of it where terms say nothing, nor texts, which are found by them: every one is taken to be given.
    pub fn without_terms(&self) -> Condition {
        let each = |some: &[Condition]| some.iter().map(Condition::without_terms).collect();
        match self {
            Condition::Term(_) | Condition::Text(_) => Condition::Every,
            Condition::All(all) => Condition::All(each(all)),
            Condition::Any(any) => Condition::Any(each(any)),
            Condition::Every | Condition::None | Condition::Facts(_) => self.clone(),
        }
    }

    /// Every term that it names, or that says of rows that their texts are not kept.
    pub(crate) fn terms(&self, terms: &mut Vec<u64>) {
        match self {
            Condition::Every | Condition::None | Condition::Facts(_) => (),
            Condition::Term(term) => terms.push(*term),
            Condition::Text(test) => terms.extend([texts::unkept(test.field), texts::unkept_all()]),
            Condition::All(some) | Condition::Any(some) => some.iter().for_each(|one| one.terms(terms)),
        }
    }

    /// Every test of texts in it.
    fn tests<'c>(&'c self, tests: &mut Vec<&'c TextTest>) {
        match self {
            Condition::Every | Condition::None | Condition::Facts(_) | Condition::Term(_) => (),
            Condition::Text(test) => tests.push(test),
            Condition::All(some) | Condition::Any(some) => some.iter().for_each(|one| one.tests(tests)),
        }
    }
}

/// A condition with what a block's index says of its terms.
#[derive(Debug, Clone)]
pub struct Pruned {
    condition: Condition,
    /// The rows of each term; `None` where the block has no index.
    postings: Option<FxHashMap<u64, RoaringBitmap>>,
    /// The rows that have a text that passes, or may have; of a test that is not here, any row may.
    passing: FxHashMap<TextTest, RoaringBitmap>,
}

/// Rows of a block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rows {
    All,
    Some(RoaringBitmap),
}

impl Pruned {
    pub(crate) fn new(condition: Condition, postings: Option<FxHashMap<u64, RoaringBitmap>>) -> Pruned {
        Pruned {
            condition,
            postings,
            passing: FxHashMap::default(),
        }
    }

    /// The tests of texts that are worth a search: none where terms leave hardly a row of so many.
    pub(crate) fn wanted_tests(&self, rows: u32) -> Vec<TextTest> {
        let mut tests = Vec::new();
        self.condition.tests(&mut tests);
        if let Rows::Some(left) = self.rows_in(&self.condition, None, Rows::All)
            && left.len().saturating_mul(ROWS_A_READ_COSTS) < u64::from(rows).max(1)
        {
            tests.clear();
        }
        tests.sort_unstable_by(|one, other| one.order().cmp(&other.order()));
        tests.dedup();
        tests.into_iter().cloned().collect()
    }

    /// Notes which rows have a text that passes, as far as the block keeps texts.
    pub(crate) fn pass(&mut self, test: TextTest, mut rows: RoaringBitmap) {
        for term in [texts::unkept(test.field), texts::unkept_all()] {
            if let Some(unkept) = self.postings.as_ref().and_then(|postings| postings.get(&term)) {
                rows |= unkept;
            }
        }
        self.passing.insert(test, rows);
    }

    /// Whether terms and texts alone say that no row is wanted, so that no column needs to be read.
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
            Condition::Text(test) => match self.passing.get(test) {
                None => within,
                Some(rows) => within.and(rows.clone()),
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

/// A trace is read in about the time in which the texts of so many are searched.
const ROWS_A_READ_COSTS: u64 = 256;

impl Rows {
    fn and(self, other: RoaringBitmap) -> Rows {
        match self {
            Rows::All => Rows::Some(other),
            Rows::Some(rows) => Rows::Some(rows & other),
        }
    }
}
