//! What is printed reads back as the same filter.

use filter::Filter;
use proptest::prelude::*;

use crate::corpus;

#[test]
fn valid_expressions_print_as_expected_and_read_back() {
    let mut wrong = vec![];
    for example in corpus::valid() {
        let filter: Filter = match example.expression.parse() {
            Ok(filter) => filter,
            Err(problem) => {
                wrong.push(format!("{}\n  {problem}", example.expression));
                continue;
            }
        };
        let printed = filter.to_string();
        if printed != *example.printed.as_ref().unwrap_or(&example.expression) {
            wrong.push(format!("{}\n  = {printed}", example.expression));
        }
        assert_eq!(printed.parse(), Ok(filter), "{printed}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #[test]
    fn generated_expressions_read_back_as_they_print(text in expression()) {
        prop_assume!(text.chars().count() <= CHARACTERS_MAX);
        let filter: Filter = match text.parse() {
            Ok(filter) => filter,
            Err(problem) => return Err(TestCaseError::fail(format!("{text}: {problem}"))),
        };
        let printed = filter.to_string();
        prop_assume!(printed.chars().count() <= CHARACTERS_MAX);
        prop_assert_eq!(printed.parse(), Ok(filter), "{} -> {}", text, printed);
    }
}

/// A valid expression over a trace.
pub(crate) fn expression() -> impl Strategy<Value = String> {
    let node = nested(prop_oneof![
        comparison(),
        annotation(),
        select(&["root", "inferred", "partial"])
    ]);
    let edge = nested(prop_oneof![flag(), number(), annotation()]);
    let service = (option(selector()), option(node))
        .prop_map(|(selector, block)| format!("Service({}){}", selector.unwrap_or_default(), braces(block)));
    let edge = (option((selector(), selector())), option(edge)).prop_map(|(ends, block)| {
        let ends = ends.map(|(from, to)| format!("{from} ,{to}")).unwrap_or_default();
        format!("edge( {ends}){}", braces(block))
    });
    let term = prop_oneof![4 => comparison(), 2 => annotation(), 1 => service, 1 => edge];
    nested(term)
}

fn nested(term: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    term.prop_recursive(5, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            (several.clone(), select(&[" and ", " AND\n", " "])).prop_map(|(terms, by)| terms.join(&by)),
            several.prop_map(|terms| terms.join(" or ")),
            inner.clone().prop_map(|term| format!("({term})")),
            (select(&["!", "NOT ", "! "]), inner).prop_map(|(not, term)| format!("{not}({term})")),
        ]
    })
}

fn comparison() -> impl Strategy<Value = String> {
    prop_oneof![flag(), number(), words()]
}

fn flag() -> impl Strategy<Value = String> {
    let keyword = select(&["ok", "Error", "throttle", "FAULT", "partial"]);
    let value = select(&["true", "FALSE", "\"true\"", "'maybe'", "1"]);
    compared(keyword, select(&["=", "!="]), value)
}

fn number() -> impl Strategy<Value = String> {
    let keyword = select(&["responsetime", "Duration", "http.status"]);
    let value = prop_oneof![
        any::<i32>().prop_map(|n| n.to_string()),
        any::<f32>().prop_filter_map("finite", finite),
        quoted()
    ];
    compared(keyword, select(&["=", "!=", "<", "<=", ">", ">="]), value)
}

fn finite(number: f32) -> Option<String> {
    number.is_finite().then(|| format!("{number:e}"))
}

fn words() -> impl Strategy<Value = String> {
    let keyword = select(&[
        "http.url",
        "user",
        "name",
        "type",
        "message",
        "resource.arn",
        "account.id",
    ]);
    compared(
        keyword,
        select(&["=", "!=", "contains", "BEGINSWITH", "EndsWith"]),
        prop_oneof![word(), quoted()],
    )
}

fn annotation() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        word().prop_map(|key| format!("annotation.{key}")),
        word().prop_map(|key| format!("Annotation[ {key} ]")),
        quoted().prop_filter_map("a key", |key| (key.len() > 2)
            .then(|| format!("annotation[{key}]"))),
    ];
    compared(
        key,
        select(&["=", "!=", "<", ">=", "CONTAINS"]),
        prop_oneof![word(), quoted()],
    )
}

fn compared(
    keyword: impl Strategy<Value = String>,
    operator: impl Strategy<Value = String>,
    value: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    (keyword, option((operator, value))).prop_map(|(keyword, compared)| match compared {
        Some((operator, value)) => format!("{keyword} {operator} {value}"),
        None => keyword,
    })
}

fn selector() -> impl Strategy<Value = String> {
    let id = (quoted(), option(quoted()), option(quoted())).prop_map(|(name, node_type, account)| {
        let node_type = node_type
            .map(|value| format!(", TYPE :{value}"))
            .unwrap_or_default();
        let account = account
            .map(|value| format!("account.id:{value},"))
            .unwrap_or_default();
        format!("ID({account} name: {name}{node_type})")
    });
    prop_oneof![word(), quoted(), id]
}

fn braces(block: Option<String>) -> String {
    block.map(|block| format!("{{{block}}}")).unwrap_or_default()
}

/// A word that is no connective.
fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9.:#/가-힣\\\\-]{1,6}".prop_filter("no connective", |word| {
        !["and", "or", "not"]
            .iter()
            .any(|connective| connective.eq_ignore_ascii_case(word))
    })
}

/// Anything between quotes, with what needs an escape escaped.
fn quoted() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~가-힣\n\t]{0,6}", "\\PC{0,4}"]
        .prop_map(|text: String| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")))
}

fn select(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(of).prop_map(str::to_owned)
}

fn option<S: Strategy>(of: S) -> impl Strategy<Value = Option<S::Value>> {
    prop::option::of(of)
}

const CHARACTERS_MAX: usize = 2_000;
