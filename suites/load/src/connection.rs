//! One HTTP connection that is kept open.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::Agent;

use crate::failure::Failure;

/// A client with one connection; each thread has its own.
#[derive(Debug)]
pub(crate) struct Connection {
    agent: Agent,
    endpoint: String,
}

/// What became of documents that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// All but so many were acknowledged.
    Acknowledged { refused: u64 },
    /// None was; the server says to come again.
    Throttled,
}

impl Connection {
    pub(crate) fn to(endpoint: &str) -> Connection {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(ANSWER_MAX))
            .build();
        Connection {
            agent: config.into(),
            endpoint: endpoint.to_owned(),
        }
    }

    /// Sends documents; the path says as what.
    pub(crate) fn send(&self, path: &str, body: &[u8]) -> Result<Sent, Failure> {
        let (status, answer) = self.exchange(path, body)?;
        match status {
            200 if answer == NOTHING_REFUSED => Ok(Sent::Acknowledged { refused: 0 }),
            200 => Ok(Sent::Acknowledged {
                refused: String::from_utf8_lossy(&answer).matches("\"ErrorCode\"").count() as u64,
            }),
            429 => Ok(Sent::Throttled),
            status => Err(refused(path, status, &answer)),
        }
    }

    /// Asks one of X-Ray's questions. The answer is read to its end, but not understood.
    pub(crate) fn ask_bytes(&self, path: &str, question: &impl Serialize) -> Result<Vec<u8>, Failure> {
        let body = serde_json::to_vec(question).map_err(Failure::to("print a question"))?;
        match self.exchange(path, &body)? {
            (200, answer) => Ok(answer),
            (status, answer) => Err(refused(path, status, &answer)),
        }
    }

    /// Asks one of X-Ray's questions.
    pub(crate) fn ask<A: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
    ) -> Result<A, Failure> {
        let answer = self.ask_bytes(path, question)?;
        serde_json::from_slice(&answer).map_err(Failure::to(format!("read the answer of {path}")))
    }

    /// A page that is only read.
    pub(crate) fn get(&self, path: &str) -> Result<String, Failure> {
        let failed = || Failure::to(format!("read {path}"));
        let mut response = self
            .agent
            .get(format!("{}{path}", self.endpoint))
            .call()
            .map_err(failed())?;
        response.body_mut().read_to_string().map_err(failed())
    }

    fn exchange(&self, path: &str, body: &[u8]) -> Result<(u16, Vec<u8>), Failure> {
        let failed = || Failure::to(format!("exchange with {path}"));
        let request = self.agent.post(format!("{}{path}", self.endpoint));
        let request = request.header("content-type", "application/json");
        let mut response = request.send(body).map_err(failed())?;
        let status = response.status().as_u16();
        let answer = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        Ok((status, answer.read_to_vec().map_err(failed())?))
    }
}

fn refused(path: &str, status: u16, answer: &[u8]) -> Failure {
    let answer = String::from_utf8_lossy(answer);
    Failure::of(format!("get an answer from {path}: {status} {answer}"))
}

/// Where documents go.
pub(crate) const PUT_PATH: &str = "/TraceSegments";
pub(crate) const IMPORT_PATH: &str = "/roentgen/v1/import";
const NOTHING_REFUSED: &[u8] = b"{\"UnprocessedTraceSegments\":[]}";
const ANSWER_MAX: Duration = Duration::from_secs(300);
const ANSWER_BYTES_MAX: u64 = 256 << 20;
