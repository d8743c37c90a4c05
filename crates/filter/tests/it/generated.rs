//! Generated expressions as a tree, over the words and values of generated traces, and their text.

use std::fmt;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::model::{ACCOUNTS, KEYS, NAMES, TABLE, TEXTS, TYPES};

/// An expression.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    /// A keyword, perhaps compared.
    Word(&'static str, Option<(&'static str, Written)>),
    Annotation(&'static str, Option<(&'static str, Written)>),
    Service(Option<Selector>, Option<Box<Tree>>),
    Edge(Option<(Selector, Selector)>, Option<Box<Tree>>),
    Cause(&'static str),
    Entry(&'static str, &'static str, Option<Box<Tree>>),
    /// Kind, operator, patterns.
    Patterns(Option<&'static str>, &'static str, Vec<Value>),
    /// Property, operator, value.
    Group(&'static str, &'static str, &'static str),
}

/// A value as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) is_quoted: bool,
}

/// Which nodes are meant.
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    pub(crate) name: Option<&'static str>,
    pub(crate) node_type: Option<&'static str>,
    pub(crate) account: Option<&'static str>,
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tree::All(terms) => write!(f, "({})", joined(terms, " AND ")),
            Tree::Any(terms) => write!(f, "({})", joined(terms, " OR ")),
            Tree::Not(term) => write!(f, "!{term}"),
            Tree::Word(word, compared) => write!(f, "{word}{}", Compared(compared)),
            Tree::Annotation(key, compared) => write!(f, "annotation.{key}{}", Compared(compared)),
            Tree::Service(None, block) => write!(f, "service(){}", Block(block)),
            Tree::Service(Some(node), block) => write!(f, "service({node}){}", Block(block)),
            Tree::Edge(None, block) => write!(f, "edge(){}", Block(block)),
            Tree::Edge(Some((from, to)), block) => write!(f, "edge({from}, {to}){}", Block(block)),
            Tree::Cause(kind) => write!(f, "rootcause.{kind}"),
            Tree::Entry(kind, level, block) => write!(f, "rootcause.{kind}.{level}{}", Block(block)),
            Tree::Patterns(kind, operator, patterns) => {
                let kind = kind.map(|kind| format!("{kind}.")).unwrap_or_default();
                write!(f, "rootcause.{kind}json {operator} #{}", json!(patterns))
            }
            Tree::Group(property, operator, value) => write!(f, "group.{property} {operator} \"{value}\""),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(name), None, None) = (self.name, self.node_type, self.account) {
            return write!(f, "\"{name}\"");
        }
        let parts = [
            ("name", self.name),
            ("type", self.node_type),
            ("account.id", self.account),
        ];
        let parts = parts
            .into_iter()
            .filter_map(|(part, value)| Some(format!("{part}: \"{}\"", value?)));
        write!(f, "id({})", parts.collect::<Vec<_>>().join(", "))
    }
}

struct Compared<'t>(&'t Option<(&'static str, Written)>);

impl fmt::Display for Compared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some((operator, value)) if value.is_quoted => write!(f, " {operator} \"{}\"", value.text),
            Some((operator, value)) => write!(f, " {operator} {}", value.text),
        }
    }
}

struct Block<'t>(&'t Option<Box<Tree>>);

impl fmt::Display for Block<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .as_ref()
            .map_or(Ok(()), |block| write!(f, " {{ {block} }}"))
    }
}

fn joined(terms: &[Tree], by: &str) -> String {
    let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
    terms.join(by)
}

/// An expression over a trace.
pub(crate) fn tree() -> impl Strategy<Value = Tree> {
    let term = prop_oneof![
        4 => boolean(TRACE_FLAGS),
        3 => number(&["responsetime", "duration", "http.status"]),
        3 => text(&[REQUEST_WORDS, SEGMENT_WORDS, NODE_WORDS].concat()),
        3 => annotation(),
        4 => (prop::option::of(selector()), block(node())).prop_map(|(node, block)| Tree::Service(node, block)),
        3 => (prop::option::of((selector(), selector())), block(edge())).prop_map(|(ends, block)| Tree::Edge(ends, block)),
        1 => select(KINDS).prop_map(Tree::Cause),
        4 => entry(),
        2 => patterns(),
        1 => (select(&["name", "arn"][..]), equality(), select(GROUPS)).prop_map(|(property, operator, value)| Tree::Group(property, operator, value)),
    ];
    nested(term.boxed())
}

fn nested(term: BoxedStrategy<Tree>) -> BoxedStrategy<Tree> {
    let nested = term.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Tree::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Tree::Any),
            inner.prop_map(|term| Tree::Not(Box::new(term))),
        ]
    });
    nested.boxed()
}

fn block(inside: BoxedStrategy<Tree>) -> impl Strategy<Value = Option<Box<Tree>>> {
    prop::option::of(nested(inside).prop_map(Box::new))
}

fn node() -> BoxedStrategy<Tree> {
    prop_oneof![
        3 => boolean(&["ok", "error", "throttle", "fault", "partial", "inferred", "root"]),
        2 => number(&["responsetime", "duration", "http.status"]),
        2 => text(&[REQUEST_WORDS, SEGMENT_WORDS, NODE_WORDS].concat()),
        1 => annotation(),
    ]
    .boxed()
}

fn edge() -> BoxedStrategy<Tree> {
    prop_oneof![
        3 => boolean(&["ok", "error", "throttle", "fault", "partial"]),
        2 => number(&["responsetime", "duration", "http.status"]),
        1 => text(REQUEST_WORDS),
        1 => annotation(),
    ]
    .boxed()
}

fn entry() -> impl Strategy<Value = Tree> {
    let services = prop_oneof![
        boolean(&["inferred", "first", "last"]),
        number(&["index"]),
        text(&["name", "type", "account.id"])
    ];
    let entities = prop_oneof![
        boolean(&["inferred", "remote", "first", "last"]),
        number(&["index", "coverage"]),
        text(&["name", "type", "account.id"])
    ];
    let exceptions = prop_oneof![
        boolean(&["first", "last"]),
        number(&["index"]),
        text(&["name", "message"])
    ];
    prop_oneof![
        (select(KINDS), block(services.boxed()))
            .prop_map(|(kind, block)| Tree::Entry(kind, "service", block)),
        (select(KINDS), block(entities.boxed())).prop_map(|(kind, block)| Tree::Entry(kind, "entity", block)),
        (select(&KINDS[..2]), block(exceptions.boxed())).prop_map(|(kind, block)| Tree::Entry(
            kind,
            "exception",
            block
        )),
    ]
}

fn patterns() -> impl Strategy<Value = Tree> {
    let pattern = select(vec![
        json!({}),
        json!(null),
        json!({ "ClientImpacting": true }),
        json!({ "Services": [{}] }),
        json!({ "Services": [{}, { "Inferred": true }] }),
        json!({ "Services": [{ "Name": "a", "Names": ["a"] }, {}] }),
        json!({ "Services": [{ "Type": "" }] }),
        json!({ "Services": [{ "AccountId": "111111111111", "EntityPath": [{}] }] }),
        json!({ "Services": [{ "EntityPath": [{ "Coverage": 1, "Remote": false }] }, {}] }),
        json!({ "Services": [{ "EntityPath": [{ "Exceptions": [{ "Name": "x" }] }] }] }),
        json!({ "Services": [{ "EntityPath": [{ "Exceptions": [] }] }] }),
    ]);
    let kind = prop::option::of(select(KINDS));
    (kind, equality(), prop::collection::vec(pattern, 0..3))
        .prop_map(|(kind, operator, patterns)| Tree::Patterns(kind, operator, patterns))
}

fn boolean(words: &'static [&'static str]) -> impl Strategy<Value = Tree> {
    let value = written(&["true", "FALSE", "\"false\"", "\"maybe\"", "1"]);
    compared(select(words), equality().boxed(), value).prop_map(|(word, compared)| Tree::Word(word, compared))
}

fn number(words: &'static [&'static str]) -> impl Strategy<Value = Tree> {
    let operator = select(&["=", "!=", "<", "<=", ">", ">="][..]).boxed();
    let value = written(&[
        "0", "-0", "1", "\"1\"", "-1", "0.001", "0.0005", "0.25", "1.0005", "1.001", "2", "1e3", "99", "200",
        "404", "450.5", "1e18", "-1e300", "\"slow\"", "true",
    ]);
    compared(select(words), operator, value).prop_map(|(word, compared)| Tree::Word(word, compared))
}

fn text(words: &[&'static str]) -> impl Strategy<Value = Tree> + use<> {
    let operator = select(&["=", "=", "!=", "CONTAINS", "BEGINSWITH", "ENDSWITH"][..]).boxed();
    let values = [
        TEXTS,
        NAMES,
        &[
            TABLE,
            "remote",
            "Database::SQL",
            "AWS::a",
            "",
            "::",
            "bl",
            "DB",
            "1",
        ],
        TYPES,
        ACCOUNTS,
    ]
    .concat();
    let value = select(values).prop_map(|text| Written {
        text: text.to_owned(),
        is_quoted: true,
    });
    compared(select(words.to_vec()), operator, value.boxed())
        .prop_map(|(word, compared)| Tree::Word(word, compared))
}

fn annotation() -> impl Strategy<Value = Tree> {
    let operator = select(&["=", "=", "!=", "<", ">=", "CONTAINS", "BEGINSWITH", "ENDSWITH"][..]).boxed();
    let value = written(&[
        "x", "\"y\"", "13", "\"13\"", "13.0", "\"13.0\"", "0", "-0", "\"-0\"", "1.5", "true", "TRUE",
        "\"true\"", "\"TRUE\"", "\"3\"", "\"\"",
    ]);
    compared(select(KEYS), operator, value).prop_map(|(key, compared)| Tree::Annotation(key, compared))
}

fn compared(
    word: impl Strategy<Value = &'static str>,
    operator: BoxedStrategy<&'static str>,
    value: BoxedStrategy<Written>,
) -> impl Strategy<Value = (&'static str, Option<(&'static str, Written)>)> {
    (word, prop::option::weighted(0.8, (operator, value)))
}

fn written(values: &'static [&'static str]) -> BoxedStrategy<Written> {
    let value = select(values).prop_map(|text| Written {
        text: text.trim_matches('"').to_owned(),
        is_quoted: text.starts_with('"'),
    });
    value.boxed()
}

fn selector() -> impl Strategy<Value = Selector> {
    let names = [NAMES, &[TABLE]].concat();
    let types = [
        TYPES,
        &["remote", "Database::SQL", "AWS::a", "AWS::DynamoDB::Table"],
    ]
    .concat();
    let parts = (
        prop::option::weighted(0.8, select(names)),
        prop::option::weighted(0.4, select(types)),
        prop::option::weighted(0.2, select(ACCOUNTS)),
    );
    parts.prop_map(|(name, node_type, account)| Selector {
        name: name.or(if node_type.is_none() && account.is_none() {
            Some("a")
        } else {
            None
        }),
        node_type,
        account,
    })
}

fn equality() -> impl Strategy<Value = &'static str> {
    select(&["=", "!="][..])
}

const TRACE_FLAGS: &[&str] = &[
    "ok", "error", "throttle", "fault", "partial", "inferred", "remote", "root",
];
const REQUEST_WORDS: &[&str] = &["http.url", "http.method", "http.useragent", "http.clientip"];
const SEGMENT_WORDS: &[&str] = &["user", "availabilityzone", "instance.id", "resource.arn"];
const NODE_WORDS: &[&str] = &["name", "type", "account.id", "message"];
const KINDS: &[&str] = &["fault", "error", "responsetime"];
pub(crate) const GROUPS: &[&str] = &["slow", "other"];
