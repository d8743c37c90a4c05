//! PutTelemetryRecords (`spec/api.md` 7.1). The records are checked and let go: no operation reads them.

use tracing::debug;
use wire::{Fault, PutTelemetryRecordsRequest, PutTelemetryRecordsResponse, refusals, required};

pub(super) fn perform(request: &PutTelemetryRecordsRequest) -> Result<PutTelemetryRecordsResponse, Fault> {
    let records = required(&request.telemetry_records, "telemetryRecords")?;
    if records.is_empty() {
        return Err(Fault::invalid_request(refusals::TELEMETRY_EMPTY));
    }
    for (member, path, length_max) in [
        (&request.ec2_instance_id, "eC2InstanceId", 20),
        (&request.hostname, "hostname", 255),
        (&request.resource_arn, "resourceARN", 500),
    ] {
        if let Some(value) = member.as_ref().filter(|value| value.chars().count() > length_max) {
            let rule = format!("Member must have length less than or equal to {length_max}");
            return Err(Fault::validation(&format!("'{value}'"), path, &rule));
        }
    }
    for (index, record) in (1..).zip(records) {
        let path = format!("telemetryRecords.{index}.member");
        let record = required(record, &path)?;
        required(&record.timestamp, &format!("{path}.timestamp"))?;
    }
    debug!(records = records.len(), "telemetry received");
    Ok(PutTelemetryRecordsResponse {})
}
