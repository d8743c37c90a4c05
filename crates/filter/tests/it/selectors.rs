//! Selectors of time series (`spec/filter-expressions.md` 12, `spec/service-graph.md` 5, `settled.md` 10).

use filter::{EntitySelector, ProblemKind};
use trace::NodeId;

use crate::corpus;

fn node(name: &str, node_type: Option<&str>, account: Option<&str>) -> NodeId {
    NodeId {
        name: name.into(),
        node_type: node_type.map(Into::into),
        account: account.map(Into::into),
    }
}

fn selects(selector: &EntitySelector, node: &NodeId) -> bool {
    matches!(selector, EntitySelector::Service(service) if service.matches(node))
}

fn selector(text: &str) -> EntitySelector {
    text.parse().expect("a selector")
}

#[test]
fn selectors_are_read_and_printed_or_refused_at_their_place() {
    for example in corpus::selectors() {
        let found = example.expression.parse::<EntitySelector>();
        match (&found, &example.problem) {
            (Ok(selector), None) => {
                let printed = selector.to_string();
                assert_eq!(&printed, example.printed.as_ref().unwrap_or(&example.expression));
                assert_eq!(printed.parse().as_ref(), Ok(selector), "{printed}");
            }
            (found, problem) => {
                let found = found.as_ref().err().map(ToString::to_string);
                assert_eq!(&found, problem, "{}", example.expression);
            }
        }
    }
}

#[test]
fn five_hundred_characters_are_enough() {
    let longest = format!("service({:491})", "a");
    assert_eq!(longest.len(), 500);
    assert!(longest.parse::<EntitySelector>().is_ok());
    let problem = format!("{longest} ")
        .parse::<EntitySelector>()
        .expect_err("too long");
    assert_eq!((problem.kind, problem.position), (ProblemKind::Limit, 501));
}

#[test]
fn a_name_alone_means_every_node_of_that_name_and_the_client_too() {
    let by_name = selector("service(\"web\")");
    for (node, matches) in [
        (node("web", Some("AWS::EC2::Instance"), None), true),
        (node("web", None, Some("111111111111")), true),
        (node("web", Some("client"), None), true),
        (node("Web", None, None), false),
        (node("cart", None, None), false),
    ] {
        assert_eq!(selects(&by_name, &node), matches, "{node:?}");
    }
}

#[test]
fn all_parts_of_an_id_are_of_the_same_node() {
    let by_id = selector(r#"id(name: "fn", type: "AWS::Lambda", account.id: "111111111111")"#);
    assert!(selects(
        &by_id,
        &node("fn", Some("AWS::Lambda"), Some("111111111111"))
    ));
    for other in [
        node("fn", Some("AWS::Lambda"), None),
        node("fn", Some("AWS::Lambda::Function"), Some("111111111111")),
        node("fn", None, Some("111111111111")),
        node("f", Some("AWS::Lambda"), Some("111111111111")),
    ] {
        assert!(!selects(&by_id, &other), "{other:?}");
    }
    assert!(selects(
        &selector("id(type: \"client\")"),
        &node("web", Some("client"), None)
    ));
}

#[test]
fn forecasts_are_told_whether_a_selector_is_an_id() {
    for (text, is_by_id) in [
        ("service(a)", false),
        ("service(id)", false),
        ("service(id(name: \"a\"))", true),
        ("id(type: \"client\")", true),
        ("edge(a, b)", false),
        ("edge(id(name: \"a\"), b)", false),
        ("edge(id(name: \"a\"), id(name: \"b\"))", true),
    ] {
        assert_eq!(selector(text).is_by_id(), is_by_id, "{text}");
    }
}
