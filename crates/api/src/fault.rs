//! Errors to faults, and faults to statuses. Nothing lower knows a status.

use axum::http::StatusCode;
use ingest::PutError;
use query::QueryError;
use settings::SettingsError;
use tracing::error;
use wire::{Fault, FaultCode};

pub(crate) fn status_of(code: FaultCode) -> StatusCode {
    match code {
        FaultCode::InvalidRequestException
        | FaultCode::ValidationException
        | FaultCode::SerializationException
        | FaultCode::RuleLimitExceededException
        | FaultCode::InvalidPolicyRevisionIdException
        | FaultCode::LockoutPreventionException
        | FaultCode::MalformedPolicyDocumentException
        | FaultCode::PolicyCountLimitExceededException
        | FaultCode::PolicySizeLimitExceededException => StatusCode::BAD_REQUEST,
        FaultCode::AccessDeniedException => StatusCode::FORBIDDEN,
        FaultCode::ResourceNotFoundException | FaultCode::UnknownOperationException => StatusCode::NOT_FOUND,
        FaultCode::RequestEntityTooLargeException => StatusCode::PAYLOAD_TOO_LARGE,
        FaultCode::ThrottledException => StatusCode::TOO_MANY_REQUESTS,
        FaultCode::InternalFailure => StatusCode::INTERNAL_SERVER_ERROR,
        FaultCode::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

pub(crate) fn put_fault(error: &PutError) -> Fault {
    match error {
        PutError::Full | PutError::TooFast => Fault::throttled(),
        PutError::Storage(_) | PutError::Lookup(_) => {
            error!(
                error = error as &dyn std::error::Error,
                "documents were not taken"
            );
            Fault::service_unavailable("the storage does not take documents now")
        }
    }
}

pub(crate) fn query_fault(error: QueryError) -> Fault {
    match error {
        QueryError::Refused(fault) => fault,
        QueryError::Read(_) | QueryError::Groups(_) => {
            error!(error = &error as &dyn std::error::Error, "could not answer");
            Fault::internal()
        }
    }
}

pub(crate) fn settings_fault(error: SettingsError) -> Fault {
    match error {
        SettingsError::Refused(fault) => fault,
        SettingsError::Catalog(_) | SettingsError::Stopping | SettingsError::Malformed { .. } => {
            error!(error = &error as &dyn std::error::Error, "could not answer");
            Fault::internal()
        }
    }
}
