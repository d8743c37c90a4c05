//! The corpus of `spec/filter-expressions.md` 14, with the causes that it and trace-summaries.md 8 give.

use serde_json::{Value, json};

use super::notation::{HOME, lines, trace};
use super::{errors, faults, response_times};
use crate::{CauseEntity, CauseException, CauseService, RootCause};

/// trace-summaries.md 8.
#[test]
fn section_8_the_corpus_has_its_causes() {
    let (t3, t4) = (
        "shop-web(F) 2.4s > @orders-api(F) 2.35s > orders-api(F!) 2.3s > $DynamoDB:orders-table(ET!) 0.3s",
        "shop-web 5.5s > @orders-api(F) 5.3s > orders-api(F!) 5.2s",
    );
    let t9 = "pay-fn(E) 3.1s > pay-fn(E!) 2.9s > @cards.example.net(E) 0.9s";
    let in_web = |web: &str, api: &str| {
        format!("shop-web[shop-web 1, orders-api* {web}] → orders-api[orders-api {api}] CI yes")
    };
    faults(&[
        (
            t3,
            &["shop-web[shop-web, orders-api*] → orders-api[orders-api !] CI yes"],
        ),
        (t4, &["orders-api[orders-api !] CI no"]),
        (t9, &[]),
        ("?orders-api(F!) 0.4s", &["orders-api[orders-api !] CI no"]),
    ]);
    let t9_way = "pay-fn[pay-fn] → pay-fn[pay-fn !, cards.example.net*] → ~cards.example.net[cards.example.net] CI yes";
    errors(&[
        (t3, &["~orders-table[DynamoDB] CI no"]),
        (t4, &[]),
        (t9, &[t9_way]),
    ]);
    let t2 = "shop-web 0.8s > @orders-api 0.7s > orders-api 0.6s > $DynamoDB:orders-table 0.05s";
    let t11 = "shop-web 1.0s > @orders-api 0.95s > orders-api 0.9s > $DynamoDB:orders-table 0.04s";
    for (input, web, api) in [
        (t2, "0.875", "0.75"),
        (t3, "0.979", "0.958"),
        (t4, "0.964", "0.945"),
        (t11, "0.95", "0.9"),
    ] {
        assert_eq!(
            lines(&trace(input).response_time_causes(HOME)),
            [in_web(web, api)],
            "{input}"
        );
    }
    response_times(&[
        (
            "shop-web 0.05s > @mailer 0.03s > mailer 7.2s",
            &["shop-web[shop-web 1, mailer* 0.6] CI yes"],
        ),
        (t9, &["pay-fn[pay-fn 1] → pay-fn[pay-fn 0.935] CI yes"]),
        (
            "shop-web 12s > @db 11.5s",
            &["shop-web[shop-web 1, db* 0.958] → ~db[db 0.958] CI yes"],
        ),
        ("?orders-api(F!) 0.4s", &[]),
    ]);
}

/// trace-summaries.md 8.
#[test]
fn section_8_trace_3_is_printed_in_full() {
    let t3 = trace(
        "shop-web:AWS::EC2::Instance(F) 2.4s > @orders-api(F) 2.35s \
         > orders-api:AWS::ECS::Container(F!OrderError table busy) 2.3s \
         > $DynamoDB:orders-table(ET!ProvisionedThroughputExceededException slow down) 0.3s",
    );
    let printed = json!({
        "FaultRootCauses": printed(&t3.fault_causes(HOME)),
        "ErrorRootCauses": printed(&t3.error_causes(HOME)),
        "ResponseTimeRootCauses": printed(&t3.response_time_causes(HOME)),
    });
    let expected = include_str!("../../../../../fixtures/causes/trace-3.json");
    let expected: Value = serde_json::from_str(expected).expect("causes as JSON");
    assert!(printed == expected, "{printed:#}\nis not\n{expected:#}");
}

/// The causes as GetTraceSummaries prints them.
fn printed(causes: &[RootCause]) -> Value {
    causes
        .iter()
        .map(|cause| {
            let services: Value = cause.services.iter().map(printed_service).collect();
            json!({ "ClientImpacting": cause.client_impacting, "Services": services })
        })
        .collect()
}

fn printed_service(service: &CauseService) -> Value {
    json!({
        "Name": service.node.name, "Names": [service.node.name], "Type": service.node.node_type,
        "Inferred": service.inferred, "EntityPath": service.path.iter().map(printed_entity).collect::<Value>(),
    })
}

fn printed_entity(entity: &CauseEntity) -> Value {
    let mut members = json!({ "Name": entity.name, "Remote": entity.remote });
    match entity.coverage {
        Some(coverage) => members["Coverage"] = json!(coverage),
        None => {
            let exceptions = entity.exceptions.iter();
            let printed = |known: &CauseException| json!({ "Name": known.name, "Message": known.message });
            members["Exceptions"] = exceptions.map(printed).collect();
        }
    }
    members
}
