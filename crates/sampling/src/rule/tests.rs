//! The Default rule and matching (`spec/sampling.md` 3.1 and 4).

use clock::Timestamp;

use crate::{Request, Rule, RuleBook};

fn default_rule() -> Rule {
    Rule::default_rule("ap-northeast-2", "111122223333")
}

fn rule(name: &str, priority: u32) -> Rule {
    Rule {
        name: name.into(),
        priority,
        ..default_rule()
    }
}

const REQUEST: Request<'_> = Request {
    service_name: Some("shop"),
    service_type: Some("AWS::EC2::Instance"),
    host: Some("www.shop.test"),
    http_method: Some("GET"),
    url_path: Some("/api/users"),
};

#[test]
fn section_3_1_the_default_rule_records_one_a_second_and_five_percent() {
    let rule = default_rule();
    assert_eq!((&*rule.name, rule.priority, rule.version), ("Default", 10_000, 1));
    assert_eq!(
        &*rule.arn,
        "arn:aws:xray:ap-northeast-2:111122223333:sampling-rule/Default"
    );
    assert_eq!(
        (rule.reservoir_size, rule.fixed_rate, rule.boost),
        (1, 0.05, None)
    );
    let patterns = [
        &rule.resource_arn,
        &rule.service_name,
        &rule.service_type,
        &rule.host,
        &rule.http_method,
        &rule.url_path,
    ];
    assert!(patterns.iter().all(|pattern| &***pattern == "*"));
    assert!(rule.attributes.is_empty());
    assert_eq!(
        (rule.created, rule.modified),
        (Timestamp::EPOCH, Timestamp::EPOCH)
    );
}

#[test]
fn section_4_every_pattern_of_a_rule_must_fit() {
    let star = || -> Box<str> { "*".into() };
    let fitting = Rule {
        url_path: "/api/*".into(),
        host: "*.SHOP.test".into(),
        ..rule("a", 1)
    };
    assert!(fitting.is_about(&REQUEST));
    for other in [
        Rule {
            service_name: "cart".into(),
            ..fitting.clone()
        },
        Rule {
            service_type: "AWS::ECS::*".into(),
            ..fitting.clone()
        },
        Rule {
            host: "shop.test".into(),
            ..fitting.clone()
        },
        Rule {
            http_method: "POST".into(),
            ..fitting.clone()
        },
        Rule {
            url_path: "/api".into(),
            ..fitting.clone()
        },
        Rule {
            version: 2,
            ..fitting.clone()
        },
        Rule {
            resource_arn: "arn:aws:ec2:*".into(),
            ..fitting.clone()
        },
        Rule {
            attributes: [(star(), star())].into(),
            ..fitting
        },
    ] {
        assert!(!other.is_about(&REQUEST), "{other:?}");
    }
}

#[test]
fn section_4_what_is_unknown_of_a_request_fits_every_pattern() {
    let post = Rule {
        http_method: "POST".into(),
        ..rule("a", 1)
    };
    assert!(post.is_about(&Request {
        http_method: None,
        ..REQUEST
    }));
    assert!(!post.is_about(&Request {
        http_method: Some(""),
        ..REQUEST
    }));
}

#[test]
fn section_4_the_first_rule_by_priority_then_name_decides_and_default_comes_last() {
    let never = Rule {
        url_path: "/other".into(),
        ..rule("first", 1)
    };
    let mut rules = vec![
        default_rule(),
        rule("b", 2),
        rule("a", 2),
        rule("Z", 2),
        never,
        rule("late", 9_999),
    ];
    let found = |rules: &[Rule]| {
        RuleBook::new(rules.to_vec())
            .rule_for(&REQUEST)
            .map(|rule| rule.name.to_string())
    };
    assert_eq!(found(&rules).as_deref(), Some("Z"), "names compare by bytes");
    rules.retain(|rule| rule.is_default() || &*rule.name == "first");
    assert_eq!(found(&rules).as_deref(), Some("Default"));
}

#[test]
fn section_5_rules_are_listed_by_name_with_default_last() {
    let book = RuleBook::new(vec![default_rule(), rule("b", 1), rule("a", 5), rule("E", 9)]);
    let names: Vec<&str> = book.rules().iter().map(|rule| &*rule.name).collect();
    assert_eq!(names, ["E", "a", "b", "Default"]);
}

#[test]
fn section_5_the_last_modification_is_the_newest_of_all_rules() {
    assert_eq!(
        RuleBook::new(vec![default_rule()]).last_modification(),
        Timestamp::EPOCH
    );
    let changed = Rule {
        modified: Timestamp::from_seconds(7),
        ..rule("a", 1)
    };
    assert_eq!(
        RuleBook::new(vec![default_rule(), changed]).last_modification(),
        Timestamp::from_seconds(7)
    );
}
