//! PutTelemetryRecords (`spec/api.md` 7.1). The records are checked and let go: no operation reads them.

use tracing::debug;
use wire::{Constraints, Fault, PutTelemetryRecordsRequest, PutTelemetryRecordsResponse, refusals};

pub(super) fn perform(request: &PutTelemetryRecordsRequest) -> Result<PutTelemetryRecordsResponse, Fault> {
    check_model(request)?;
    let records = request.telemetry_records.as_deref().unwrap_or_default();
    if records.is_empty() {
        return Err(Fault::invalid_request(refusals::TELEMETRY_EMPTY));
    }
    debug!(records = records.len(), "telemetry received");
    Ok(PutTelemetryRecordsResponse {})
}

/// Everything that the API's model says of a request (`spec/api.md` 4).
fn check_model(request: &PutTelemetryRecordsRequest) -> Result<(), Fault> {
    let mut constraints = Constraints::new();
    constraints.required("telemetryRecords", &request.telemetry_records);
    for (index, record) in (1..).zip(request.telemetry_records.iter().flatten()) {
        let path = format!("telemetryRecords.{index}.member");
        match record {
            None => constraints.required(&path, record),
            Some(record) => constraints.required(&format!("{path}.timestamp"), &record.timestamp),
        }
    }
    constraints.length("eC2InstanceId", &request.ec2_instance_id, 0..=20);
    constraints.length("hostname", &request.hostname, 0..=255);
    constraints.length("resourceARN", &request.resource_arn, 0..=500);
    constraints.check()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(request: &str) -> String {
        let request = serde_json::from_str(request).expect("a request");
        match perform(&request) {
            Ok(_) => String::new(),
            Err(fault) => format!("{}: {}", fault.code.name(), fault.message),
        }
    }

    #[test]
    fn api_4_every_violation_is_told_with_its_place() {
        let null = |path: &str| {
            format!("Value null at '{path}' failed to satisfy constraint: Member must not be null")
        };
        let long = "x".repeat(21);
        let several = format!(
            r#"{{"TelemetryRecords":[{{}},{{"Timestamp":1}},null,{{}}],"EC2InstanceId":"{long}","Hostname":"h"}}"#
        );
        assert_eq!(
            refused(&several),
            format!(
                "ValidationException: 4 validation errors detected: {}; {}; {}; Value '{long}' at 'eC2InstanceId' \
                 failed to satisfy constraint: Member must have length less than or equal to 20",
                null("telemetryRecords.1.member.timestamp"),
                null("telemetryRecords.3.member"),
                null("telemetryRecords.4.member.timestamp"),
            )
        );
        assert_eq!(
            refused("{}"),
            format!(
                "ValidationException: 1 validation error detected: {}",
                null("telemetryRecords")
            )
        );
    }

    #[test]
    fn api_7_1_an_empty_list_is_refused_only_where_the_model_is_kept() {
        let empty = r#"{"TelemetryRecords":[]}"#;
        assert_eq!(
            refused(empty),
            "InvalidRequestException: Telemetry records cannot be empty"
        );
        let and_long = format!(r#"{{"TelemetryRecords":[],"Hostname":"{}"}}"#, "h".repeat(256));
        assert!(
            refused(&and_long).starts_with("ValidationException: 1 validation error detected: Value 'hhh")
        );
        assert_eq!(
            refused(r#"{"TelemetryRecords":[{"Timestamp":1}],"ResourceARN":""}"#),
            ""
        );
    }
}
