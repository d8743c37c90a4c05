//! How every operation takes its request and gives its answer (`spec/api.md` 1 and 4).

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use clock::Randomness;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use wire::Fault;

use crate::fault::status_of;

/// An operation's request. Content types are not looked at; no body at all stands for `{}`.
pub(crate) fn request_from<Q: DeserializeOwned>(body: &Bytes) -> Result<Q, Fault> {
    let text: &[u8] = if body.trim_ascii().is_empty() {
        b"{}"
    } else {
        body.trim_ascii()
    };
    // An array could be read as the members in their order, which nobody means.
    if !text.starts_with(b"{") {
        return Err(Fault::serialization("request body is not a JSON object"));
    }
    serde_json::from_slice(text).map_err(|error| Fault::serialization(error.to_string()))
}

/// How many bytes a request's body has, or may have where it does not say.
pub(crate) fn length_of(request: &Request) -> usize {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(BODY_BYTES_MAX).min(BODY_BYTES_MAX)
}

/// The whole body of a request. Whoever sends it takes memory from others, so it has to come in time.
pub(crate) async fn body_of(request: Request) -> Result<Bytes, Fault> {
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX);
    let Ok(body) = tokio::time::timeout(BODY_TIME_MAX, body).await else {
        let text = format!("request body did not come within {} s", BODY_TIME_MAX.as_secs());
        return Err(Fault::service_unavailable(&text));
    };
    body.map_err(|_| Fault {
        code: wire::FaultCode::RequestEntityTooLargeException,
        message: format!("request body is larger than {BODY_BYTES_MAX} bytes"),
        resource_name: None,
    })
}

/// An operation's answer.
pub(crate) fn answer<A: Serialize>(answered: Result<A, Fault>) -> Response {
    match answered {
        Ok(answer) => match serde_json::to_vec(&answer) {
            Ok(body) => (StatusCode::OK, [JSON], body).into_response(),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not print an answer"
                );
                fault_answer(&Fault::internal())
            }
        },
        Err(fault) => fault_answer(&fault),
    }
}

/// An error answer: the code in the header and in `__type`, the text in `Message` or `message`.
pub(crate) fn fault_answer(fault: &Fault) -> Response {
    let name = fault.code.name();
    let mut body = match fault.code.is_modelled() {
        true => json!({ "__type": name, "Message": fault.message }),
        false => json!({ "__type": name, "message": fault.message }),
    };
    if let (Some(resource), Some(members)) = (&fault.resource_name, body.as_object_mut()) {
        members.insert("ResourceName".to_owned(), json!(resource));
    }
    let code = (ERROR_TYPE, HeaderValue::from_static(name));
    (status_of(fault.code), [JSON, code], Body::from(body.to_string())).into_response()
}

/// Headers of every response, also of errors.
pub(crate) fn sign(response: &mut Response, chance: &dyn Randomness) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&uuid_from(chance.bytes16())) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}

/// A UUID of version 4.
fn uuid_from(random: [u8; 16]) -> String {
    let value = u128::from_be_bytes(random) & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62);
    let part = |from: u32, digits: u32| (value >> from) & ((1 << (digits * 4)) - 1);
    let (time, middle, version) = (part(96, 8), part(80, 4), part(64, 4));
    format!(
        "{time:08x}-{middle:04x}-{version:04x}-{:04x}-{:012x}",
        part(48, 4),
        part(0, 12)
    )
}

/// LIMIT: a larger body is answered with 413.
const BODY_BYTES_MAX: usize = 8 << 20;
/// LIMIT: a body that comes more slowly is answered with 503.
const BODY_TIME_MAX: Duration = Duration::from_secs(30);
const JSON: (HeaderName, HeaderValue) = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_uuids_of_version_4() {
        assert_eq!(uuid_from([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid_from([0; 16]), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn no_body_stands_for_an_empty_object() {
        for body in ["", "  \n", "{}", "{\"NextToken\":null}", "{\"Unknown\":[1]}"] {
            let request: Result<wire::GetSamplingRulesRequest, Fault> = request_from(&Bytes::from(body));
            assert_eq!(request, Ok(wire::GetSamplingRulesRequest::default()), "{body}");
        }
        let wrong: Result<wire::GetServiceGraphRequest, Fault> =
            request_from(&Bytes::from("{\"StartTime\":\"now\"}"));
        assert_eq!(wrong.unwrap_err().code, wire::FaultCode::SerializationException);
        let not_text: Result<wire::GetTraceSummariesRequest, Fault> =
            request_from(&Bytes::from_static(b"{\"FilterExpression\":\"user = \xff\xfe\"}"));
        assert_eq!(
            not_text.unwrap_err().code,
            wire::FaultCode::SerializationException
        );
        let array: Result<wire::GetSamplingRulesRequest, Fault> = request_from(&Bytes::from("[]"));
        assert_eq!(array.unwrap_err().code, wire::FaultCode::SerializationException);
    }
}
