//! A checked expression asked of the facts alone: yes, no, or not to be told without documents.

use trace::Facts;

use crate::evaluate::{boolean_holds, entity, number_holds};
use crate::expression::{AnnotationComparison, Comparison, Expression};
use crate::fact_test::{FactFlag, FactTime};
use crate::keyword::{BooleanKeyword, CauseKind, NumberKeyword, TextKeyword};
use crate::operator::Operator;

/// What the facts of a trace say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It matches.
    Yes,
    /// It does not match.
    No,
    /// Its documents decide.
    Unknown,
}

impl From<Option<bool>> for Verdict {
    fn from(holds: Option<bool>) -> Verdict {
        match holds {
            Some(true) => Verdict::Yes,
            Some(false) => Verdict::No,
            None => Verdict::Unknown,
        }
    }
}

/// Whether it holds, never wrong where it is known. Recursion is bounded by the parser's limit of levels.
pub(crate) fn known(expression: &Expression, facts: &Facts) -> Option<bool> {
    match expression {
        Expression::All(terms) => decided(terms, facts, &false),
        Expression::Any(terms) => decided(terms, facts, &true),
        Expression::Not(negated) => known(negated, facts).map(|holds| !holds),
        Expression::Boolean(keyword, comparison) => boolean(*keyword, comparison.as_ref(), facts),
        Expression::Number(keyword, comparison) => number(*keyword, comparison.as_ref(), facts),
        Expression::Text(keyword, _) => (is_of_root(*keyword) && facts.root.is_none()).then_some(false),
        Expression::Annotation(_, comparison) => {
            let comparison = comparison.as_ref();
            comparison
                .is_some_and(AnnotationComparison::selects_nothing)
                .then_some(false)
        }
        // A way through a trace takes its share of a time.
        Expression::Cause(CauseKind::ResponseTime)
        | Expression::CauseEntry {
            kind: CauseKind::ResponseTime,
            ..
        } => facts.response_nanos.is_none().then_some(false),
        Expression::Service { .. }
        | Expression::Edge { .. }
        | Expression::Cause(_)
        | Expression::CauseEntry { .. }
        | Expression::CausePatterns { .. }
        | Expression::Group { .. } => None,
    }
}

/// One term that is `decisive` decides; otherwise all of them have to be known.
fn decided(terms: &[Expression], facts: &Facts, decisive: &bool) -> Option<bool> {
    let mut all = Some(!decisive);
    for term in terms {
        match known(term, facts) {
            Some(holds) if holds == *decisive => return Some(holds),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

fn boolean(keyword: BooleanKeyword, comparison: Option<&Comparison<bool>>, facts: &Facts) -> Option<bool> {
    let Some(flag) = FactFlag::of(keyword) else {
        return comparison
            .is_some_and(Comparison::selects_nothing)
            .then_some(false);
    };
    let actual = flag.holds(facts);
    Some(comparison.map_or(actual, |comparison| boolean_holds(comparison, &actual)))
}

fn number(keyword: NumberKeyword, comparison: Option<&Comparison<f64>>, facts: &Facts) -> Option<bool> {
    let Some(time) = FactTime::asked_by(keyword) else {
        let is_missing = facts.root.is_none();
        return (is_missing || comparison.is_some_and(Comparison::selects_nothing)).then_some(false);
    };
    let seconds = time.of(facts).map(entity::seconds);
    Some(seconds.is_some_and(|seconds| number_holds(comparison, seconds)))
}

/// Whether a trace reads the keyword from its root.
fn is_of_root(keyword: TextKeyword) -> bool {
    match keyword {
        TextKeyword::HttpUrl
        | TextKeyword::HttpMethod
        | TextKeyword::HttpUserAgent
        | TextKeyword::HttpClientIp => true,
        TextKeyword::User
        | TextKeyword::Name
        | TextKeyword::Type
        | TextKeyword::Message
        | TextKeyword::AvailabilityZone
        | TextKeyword::InstanceId
        | TextKeyword::ResourceArn
        | TextKeyword::AccountId => false,
    }
}

impl<T> Comparison<T> {
    /// Whether its value cannot be read as what it is compared with (section 6).
    pub(crate) fn selects_nothing(&self) -> bool {
        self.means.is_none()
    }
}

impl AnnotationComparison {
    /// Whether no stored value satisfies it (section 7).
    pub(crate) fn selects_nothing(&self) -> bool {
        match self.operator {
            Operator::Equal | Operator::Unequal => false,
            Operator::Order(_) => self.number.is_none(),
            Operator::Part(_) => !self.has_text,
        }
    }
}
