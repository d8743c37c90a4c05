//! What single comparisons need of a trace.

use super::{Place, Prune, Sign, TextTest};
use crate::expression::{AnnotationComparison, Comparison};
use crate::fact_test::{FactFlag, FactTest, FactTime, TimeRange};
use crate::keyword::{BooleanKeyword, CauseLevel, NumberKeyword, TextKeyword};
use crate::operator::{Operator, Order, Part};
use crate::term::{Flag, HUNDREDS_MAX, Term, TextField, hundreds};

pub(super) fn boolean(
    keyword: BooleanKeyword,
    comparison: Option<&Comparison<bool>>,
    place: Place<'_>,
    sign: Sign,
) -> Prune {
    let wanted = match comparison.map(|comparison| (comparison.operator, comparison.means)) {
        None => true,
        Some((_, None)) => return never(sign),
        Some((operator, Some(value))) => value == (operator == Operator::Equal),
    };
    let is_wanted = wanted == (sign == Sign::True);
    match (place, FactFlag::of(keyword), flag_of(keyword)) {
        (Place::Trace, Some(flag), _) if is_wanted => Prune::Facts(FactTest::Is(flag)),
        (Place::Trace, Some(flag), _) => Prune::Facts(FactTest::IsNot(flag)),
        (Place::Node(Some(name)), _, Some(flag)) if is_wanted => Prune::Term(Term::node_flag(name, flag)),
        (Place::Node(None), _, Some(flag)) if is_wanted => Prune::Term(Term::any_node_flag(flag)),
        // A segment that is the root, or whose caller was not received, makes the trace one with a root, or partial.
        (Place::Node(_) | Place::Edge, Some(flag @ (FactFlag::HasRoot | FactFlag::Partial)), None)
            if is_wanted =>
        {
            Prune::Facts(FactTest::Is(flag))
        }
        (Place::Trace | Place::Node(_) | Place::Edge | Place::Cause(_), _, _) => Prune::Every,
    }
}

pub(super) fn number(
    keyword: NumberKeyword,
    comparison: Option<&Comparison<f64>>,
    place: Place<'_>,
    sign: Sign,
) -> Prune {
    let compared = match comparison.map(|comparison| (comparison.operator, comparison.means)) {
        None => None,
        Some((_, None)) => return never(sign),
        Some((operator, Some(value))) => Some((operator, value)),
    };
    match (place, FactTime::asked_by(keyword), sign) {
        (Place::Trace, Some(time), Sign::True) => within(time, compared),
        (Place::Trace, Some(time), Sign::False) => {
            let outside = compared.map(|(operator, value)| within(time, Some((opposite(operator), value))));
            Prune::any([Prune::Facts(FactTest::Missing(time))].into_iter().chain(outside))
        }
        (Place::Trace, None, Sign::True) => compared.map_or(Prune::Every, status),
        (Place::Node(_) | Place::Edge, Some(_), Sign::True) => lasts(compared),
        (Place::Trace, None, Sign::False)
        | (Place::Node(_) | Place::Edge, _, _)
        | (Place::Cause(_), _, _) => Prune::Every,
    }
}

fn within(time: FactTime, compared: Option<(Operator, f64)>) -> Prune {
    let ranges = ranges(compared).into_iter();
    Prune::any(ranges.map(|range| Prune::Facts(FactTest::Within(time, range))))
}

/// A trace lasts at least as long as anything in it that compares so.
fn lasts(compared: Option<(Operator, f64)>) -> Prune {
    let shortest = ranges(compared).iter().map(|range| range.min_nanos).min();
    shortest.map_or(Prune::None, |min_nanos| {
        let long_enough = TimeRange {
            min_nanos,
            ..TimeRange::ANY
        };
        Prune::Facts(FactTest::Within(FactTime::Duration, long_enough))
    })
}

/// The times that compare so.
fn ranges(compared: Option<(Operator, f64)>) -> Vec<TimeRange> {
    match compared {
        None => vec![TimeRange::ANY],
        Some((operator, value)) => TimeRange::satisfying(operator, value).collect(),
    }
}

/// What a number that is there satisfies where it does not satisfy this.
fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::Equal => Operator::Unequal,
        Operator::Unequal => Operator::Equal,
        Operator::Order(Order::Less) => Operator::Order(Order::GreaterOrEqual),
        Operator::Order(Order::LessOrEqual) => Operator::Order(Order::Greater),
        Operator::Order(Order::Greater) => Operator::Order(Order::LessOrEqual),
        Operator::Order(Order::GreaterOrEqual) => Operator::Order(Order::Less),
        part @ Operator::Part(_) => part,
    }
}

/// The root's status: itself, or its hundreds.
fn status((operator, value): (Operator, f64)) -> Prune {
    // These conversions saturate, which leaves the hundreds as they are.
    let (floor, ceiling) = (value.floor() as i64, value.ceil() as i64);
    let hundreds = match operator {
        Operator::Equal => return Prune::Term(Term::status(value)),
        Operator::Order(Order::Less | Order::LessOrEqual) => 0..=hundreds(ceiling),
        Operator::Order(Order::Greater | Order::GreaterOrEqual) => hundreds(floor)..=HUNDREDS_MAX,
        Operator::Unequal | Operator::Part(_) => return Prune::Every,
    };
    Prune::any_term(hundreds.map(Term::status_hundreds))
}

pub(super) fn text(
    keyword: TextKeyword,
    comparison: Option<&Comparison<Box<str>>>,
    place: Place<'_>,
) -> Prune {
    let is_whole = match (place, keyword) {
        (_, TextKeyword::Type | TextKeyword::AccountId) | (Place::Trace, _) => true,
        // Of requests a trace has terms for its root's only.
        (
            Place::Node(_) | Place::Edge,
            TextKeyword::HttpUrl
            | TextKeyword::HttpMethod
            | TextKeyword::HttpUserAgent
            | TextKeyword::HttpClientIp,
        ) => return Prune::Every,
        (Place::Node(_) | Place::Edge, _) | (Place::Cause(CauseLevel::Service), TextKeyword::Name) => true,
        // A root cause cuts long messages: only their beginning is asked.
        (Place::Cause(_), TextKeyword::Message) => false,
        // No term names a subsegment or the type of an exception.
        (Place::Cause(_), _) => return Prune::Every,
    };
    let any = Prune::Term(Term::any_text(keyword));
    match comparison.map(|comparison| (comparison.operator, &comparison.means)) {
        Some((Operator::Equal, Some(text))) if is_whole => Prune::Term(Term::text(keyword, text)),
        Some((Operator::Equal, None)) if is_whole => Prune::None,
        Some((Operator::Part(part), Some(text))) => {
            let part = if is_whole { part } else { of_beginning(part) };
            part_of(TextField::of(keyword), (part, text), any)
        }
        Some(_) | None => any,
    }
}

/// Some text of a field that the part stands in; `any` is what it takes for there to be a text, which is all that an
/// empty part asks for.
fn part_of(field: TextField, (part, text): (Part, &str), any: Prune) -> Prune {
    if text.is_empty() {
        return any;
    }
    Prune::Text(TextTest {
        field,
        part,
        text: text.into(),
    })
}

/// What holds of a text where this holds of its beginning.
fn of_beginning(part: Part) -> Part {
    match part {
        Part::Contains | Part::EndsWith => Part::Contains,
        Part::BeginsWith => Part::BeginsWith,
    }
}

pub(super) fn annotation(key: &str, comparison: Option<&AnnotationComparison>) -> Prune {
    match comparison {
        Some(comparison) if comparison.selects_nothing() => Prune::None,
        Some(comparison) if comparison.operator == Operator::Equal && !is_long(&comparison.value.text) => {
            let values = comparison.equals.iter();
            Prune::any_term(values.map(|value| Term::annotation(key, value)))
        }
        Some(AnnotationComparison {
            operator: Operator::Part(part),
            value,
            ..
        }) => {
            // Of a long text only its beginning may be looked at.
            let any = Prune::Term(Term::annotation_key(key));
            part_of(
                TextField::of_annotation(key),
                (of_beginning(*part), &value.text),
                any,
            )
        }
        Some(_) | None => Prune::Term(Term::annotation_key(key)),
    }
}

/// Whether a stored text may agree with it that goes on behind it, because only its beginning is looked at
/// ([`trace::AnnotationLimits`]). The term of such a text is made of all of it.
fn is_long(text: &str) -> bool {
    text.chars().count() >= LONG_CHARACTERS
}

/// No service cuts texts that are shorter (`spec/segment-documents.md` 4.6).
const LONG_CHARACTERS: usize = 1_000;

/// A comparison that holds for nothing.
fn never(sign: Sign) -> Prune {
    match sign {
        Sign::True => Prune::None,
        Sign::False => Prune::Every,
    }
}

fn flag_of(keyword: BooleanKeyword) -> Option<Flag> {
    match keyword {
        BooleanKeyword::Ok => Some(Flag::Ok),
        BooleanKeyword::Error => Some(Flag::Error),
        BooleanKeyword::Throttle => Some(Flag::Throttle),
        BooleanKeyword::Fault => Some(Flag::Fault),
        BooleanKeyword::Partial
        | BooleanKeyword::Inferred
        | BooleanKeyword::Remote
        | BooleanKeyword::Root
        | BooleanKeyword::First
        | BooleanKeyword::Last => None,
    }
}
