//! A coded error answer, with the texts that AWS fixes (`spec/api.md` 4).

use serde::{Deserialize, Serialize};

/// The codes of error answers; the status each goes out with is the HTTP layer's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultCode {
    /// The request is understood and refused.
    InvalidRequestException,
    /// A member breaks a constraint of the model.
    ValidationException,
    /// The resource is not there; the fault names it.
    ResourceNotFoundException,
    /// There are as many sampling rules as may be.
    RuleLimitExceededException,
    /// The revision of a policy is not the one that was named.
    InvalidPolicyRevisionIdException,
    /// A policy would keep its sender from the next change.
    LockoutPreventionException,
    /// The document is no policy for X-Ray.
    MalformedPolicyDocumentException,
    /// There are as many policies as may be.
    PolicyCountLimitExceededException,
    /// The policy's document is too large.
    PolicySizeLimitExceededException,
    /// The body is not JSON, or a member has the wrong JSON type.
    SerializationException,
    /// Too much at once; the caller tries again later.
    ThrottledException,
    /// No operation at this path.
    UnknownOperationException,
    /// The body is larger than we take.
    RequestEntityTooLargeException,
    /// The caller may not do this from where it calls.
    AccessDeniedException,
    /// A defect of ours.
    InternalFailure,
    /// Shutting down, or the storage is not available.
    ServiceUnavailable,
}

impl FaultCode {
    /// The code as it stands in `x-amzn-errortype` and `__type`.
    pub fn name(self) -> &'static str {
        match self {
            FaultCode::InvalidRequestException => "InvalidRequestException",
            FaultCode::ValidationException => "ValidationException",
            FaultCode::ResourceNotFoundException => "ResourceNotFoundException",
            FaultCode::RuleLimitExceededException => "RuleLimitExceededException",
            FaultCode::InvalidPolicyRevisionIdException => "InvalidPolicyRevisionIdException",
            FaultCode::LockoutPreventionException => "LockoutPreventionException",
            FaultCode::MalformedPolicyDocumentException => "MalformedPolicyDocumentException",
            FaultCode::PolicyCountLimitExceededException => "PolicyCountLimitExceededException",
            FaultCode::PolicySizeLimitExceededException => "PolicySizeLimitExceededException",
            FaultCode::SerializationException => "SerializationException",
            FaultCode::ThrottledException => "ThrottledException",
            FaultCode::UnknownOperationException => "UnknownOperationException",
            FaultCode::RequestEntityTooLargeException => "RequestEntityTooLargeException",
            FaultCode::AccessDeniedException => "AccessDeniedException",
            FaultCode::InternalFailure => "InternalFailure",
            FaultCode::ServiceUnavailable => "ServiceUnavailable",
        }
    }

    /// Whether the model knows this error: its text member is then `Message`, else `message`.
    pub fn is_modelled(self) -> bool {
        matches!(
            self,
            FaultCode::InvalidRequestException
                | FaultCode::ResourceNotFoundException
                | FaultCode::ThrottledException
                | FaultCode::RuleLimitExceededException
                | FaultCode::InvalidPolicyRevisionIdException
                | FaultCode::LockoutPreventionException
                | FaultCode::MalformedPolicyDocumentException
                | FaultCode::PolicyCountLimitExceededException
                | FaultCode::PolicySizeLimitExceededException
        )
    }
}

/// An error answer. Not to be confused with a segment's `fault` flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of error.
    pub code: FaultCode,
    /// The text for the caller.
    pub message: String,
    /// Which resource is not there; only with that code.
    pub resource_name: Option<String>,
}

impl Fault {
    /// The request is understood and refused, for the stated reason.
    pub fn invalid_request(message: impl Into<String>) -> Fault {
        Fault {
            code: FaultCode::InvalidRequestException,
            message: message.into(),
            resource_name: None,
        }
    }

    /// The resource that the request is about is not there.
    pub fn resource_not_found(message: impl Into<String>, resource: &str) -> Fault {
        Fault {
            code: FaultCode::ResourceNotFoundException,
            message: message.into(),
            resource_name: Some(resource.to_owned()),
        }
    }

    /// A part of the API that Roentgen does not have yet.
    pub fn not_supported_yet(what: &str) -> Fault {
        Fault::invalid_request(format!("{what} is not supported yet"))
    }

    /// One member breaks one constraint of the model; `path` is lower camel case, `rule` starts with `Member`.
    pub fn validation(value: &str, path: &str, rule: &str) -> Fault {
        let message = format!(
            "1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: {rule}"
        );
        Fault {
            code: FaultCode::ValidationException,
            message,
            resource_name: None,
        }
    }

    /// The body is not what the operation takes.
    pub fn serialization(message: impl Into<String>) -> Fault {
        Fault {
            code: FaultCode::SerializationException,
            message: message.into(),
            resource_name: None,
        }
    }

    /// Too much at once; nothing of the call was kept.
    pub fn throttled() -> Fault {
        Fault {
            code: FaultCode::ThrottledException,
            message: "Rate exceeded".to_owned(),
            resource_name: None,
        }
    }

    /// No operation at this path.
    pub fn unknown_operation() -> Fault {
        Fault {
            code: FaultCode::UnknownOperationException,
            message: "Unknown operation".to_owned(),
            resource_name: None,
        }
    }

    /// Not now: shutting down, or the storage is not available.
    pub fn service_unavailable(message: impl Into<String>) -> Fault {
        Fault {
            code: FaultCode::ServiceUnavailable,
            message: message.into(),
            resource_name: None,
        }
    }

    /// A defect of ours; the cause goes to the log, not to the caller.
    pub fn internal() -> Fault {
        Fault {
            code: FaultCode::InternalFailure,
            message: "internal failure".to_owned(),
            resource_name: None,
        }
    }
}

/// A required member's value.
///
/// # Errors
/// The validation error of `spec/api.md` 4 that names `path`.
pub fn required<'a, T>(member: &'a Option<T>, path: &str) -> Result<&'a T, Fault> {
    member
        .as_ref()
        .ok_or_else(|| Fault::validation("null", path, "Member must not be null"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_member_is_named() {
        let fault = required::<f64>(&None, "startTime").unwrap_err();
        assert_eq!(fault.code, FaultCode::ValidationException);
        assert_eq!(
            fault.message,
            "1 validation error detected: Value null at 'startTime' failed to satisfy constraint: Member must not be null"
        );
    }
}
