//! GetSamplingTargets (`spec/sampling.md` 5.1 and 8.1).

use sampling::{ClientId, Report};
use serde_json::Value;
use wire::{
    Fault, GetSamplingTargetsRequest, GetSamplingTargetsResponse, SamplingStatisticsDocument,
    SamplingTargetDocument, UnprocessedStatistics, required,
};

use crate::Api;

pub(super) fn perform(
    api: &Api,
    request: GetSamplingTargetsRequest,
) -> Result<GetSamplingTargetsResponse, Fault> {
    let documents = required(
        &request.sampling_statistics_documents,
        "samplingStatisticsDocuments",
    )?;
    let boosts = request.sampling_boost_statistics_documents.as_deref();
    for (path, sent) in [
        ("samplingStatisticsDocuments", documents.len()),
        (
            "samplingBoostStatisticsDocuments",
            boosts.unwrap_or_default().len(),
        ),
    ] {
        let reports_max = api.limits.sampling_reports_max;
        if sent > reports_max {
            let rule = format!("Member must have length less than or equal to {reports_max}");
            return Err(Fault::validation("of the request", path, &rule));
        }
    }
    let reports = (1..)
        .zip(documents)
        .map(|(index, document)| report_of(index, document));
    let reports = reports.collect::<Result<Vec<_>, _>>()?;
    let now = api.clock.now();
    let mut rules = api.rules();
    let mut response = GetSamplingTargetsResponse::default();
    let answers = rules.report_all(&reports, now);
    for (report, answer) in reports.iter().zip(answers) {
        let rule_name = report.rule_name.to_owned();
        match answer {
            Ok(target) => response.sampling_target_documents.push(SamplingTargetDocument {
                rule_name,
                fixed_rate: target.fixed_rate,
                reservoir_quota: target.reservoir_quota.into(),
                reservoir_quota_ttl: target.quota_ttl.seconds() as f64,
                interval: i64::try_from(target.interval.as_secs()).unwrap_or(i64::MAX),
            }),
            Err(_) => response
                .unprocessed_statistics
                .push(unprocessed(rule_name, UNKNOWN_RULE)),
        }
    }
    response.last_rule_modification = rules.last_modification().seconds() as f64;
    let refusal_of = |name: &str| match rules.rules().iter().find(|rule| &*rule.name == name) {
        None => UNKNOWN_RULE,
        Some(rule) if rule.boost.is_none() => BOOST_NOT_ENABLED,
        Some(_) => BOOST_NOT_BUILT,
    };
    response.unprocessed_boost_statistics = request.sampling_boost_statistics_documents.map(|documents| {
        let refuse = |document: &Value| {
            let name = document
                .get("RuleName")
                .and_then(Value::as_str)
                .unwrap_or_default();
            unprocessed(name.to_owned(), refusal_of(name))
        };
        documents.iter().map(refuse).collect()
    });
    Ok(response)
}

/// A missing count is 0; everything else must be there.
fn report_of(index: usize, document: &SamplingStatisticsDocument) -> Result<Report<'_>, Fault> {
    let path = |member: &str| format!("samplingStatisticsDocuments.{index}.member.{member}");
    let rule_name = required(&document.rule_name, &path("ruleName"))?;
    let sent_id = required(&document.client_id, &path("clientID"))?;
    required(&document.timestamp, &path("timestamp"))?;
    let client_id: ClientId = sent_id.parse().map_err(|_| {
        Fault::validation(
            &format!("'{sent_id}'"),
            &path("clientID"),
            "Member must have length equal to 24",
        )
    })?;
    let count = |sent: Option<i64>, member: &str| {
        let sent = sent.unwrap_or_default();
        u64::try_from(sent).map_err(|_| {
            Fault::validation(
                &format!("'{sent}'"),
                &path(member),
                "Member must have value greater than or equal to 0",
            )
        })
    };
    Ok(Report {
        rule_name,
        client_id,
        requests: count(document.request_count, "requestCount")?,
        sampled: count(document.sampled_count, "sampledCount")?,
        borrowed: count(document.borrow_count, "borrowCount")?,
    })
}

fn unprocessed(rule_name: String, message: &str) -> UnprocessedStatistics {
    UnprocessedStatistics {
        rule_name,
        error_code: "400".to_owned(),
        message: message.to_owned(),
    }
}

const UNKNOWN_RULE: &str = "Unknown rule";
const BOOST_NOT_ENABLED: &str = "Sampling rate boost is not enabled for this rule";
const BOOST_NOT_BUILT: &str = "Sampling rate boost is not supported yet";
