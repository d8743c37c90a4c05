//! Roentgen's own operations, under `/roentgen/v1`.

use std::net::SocketAddr;

use bytes::Bytes;
use clock::Timestamp;
use ingest::Imported;
use serde::{Deserialize, Serialize};
use wire::{Fault, FaultCode, UnprocessedTraceSegment};

use crate::Api;
use crate::answer::request_from;
use crate::fault::put_fault;
use crate::operations::printed;

/// Takes documents with their receipt times.
pub(crate) const IMPORT_PATH: &str = "/roentgen/v1/import";

/// Documents that carry their own receipt times, for back-filling (`settled.md` 25).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportRequest {
    /// The documents, in the order of their receipts.
    pub documents: Vec<ImportedDocument>,
}

/// One of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportedDocument {
    /// When it counts as received, epoch seconds.
    pub receipt: f64,
    /// Its JSON text.
    pub document: String,
}

/// What became of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportResponse {
    /// The documents that were refused; the others are durable.
    pub unprocessed_trace_segments: Vec<UnprocessedTraceSegment>,
}

pub(crate) async fn import(api: &Api, caller: SocketAddr, body: &Bytes) -> Result<ImportResponse, Fault> {
    if !caller.ip().to_canonical().is_loopback() {
        let message = "documents with receipt times are taken from this machine only".to_owned();
        return Err(Fault {
            code: FaultCode::AccessDeniedException,
            message,
            resource_name: None,
        });
    }
    let request: ImportRequest = request_from(body)?;
    let mut documents = Vec::with_capacity(request.documents.len());
    for (index, sent) in request.documents.into_iter().enumerate() {
        let receipt =
            Timestamp::from_seconds_f64(sent.receipt).filter(|receipt| *receipt >= Timestamp::EPOCH);
        let receipt =
            receipt.ok_or_else(|| Fault::serialization(format!("`Documents.{index}.Receipt` is no time")))?;
        documents.push(Imported {
            receipt,
            document: sent.document.into(),
        });
    }
    let unprocessed = api
        .ingest
        .import(&documents)
        .await
        .map_err(|error| put_fault(&error))?;
    Ok(ImportResponse {
        unprocessed_trace_segments: unprocessed.iter().map(printed).collect(),
    })
}

#[cfg(test)]
mod tests;
