//! Where a page of summaries ended (`settled.md` 28).
//!
//! ```text
//! base64url( checksum u32 | hash of the request 8 bytes | given i64 | receipt i64 | place i64 | trace id 16 bytes )
//! ```
//! The receipt is the latest one when the first page was asked for: a trace that first arrived later is not part
//! of the answer, and one that changed since keeps the place that it had then. When the token was given says how long
//! it is good.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use document::TraceId;
use sha2::{Digest, Sha256};
use store::Spot;
use wire::GetTraceSummariesRequest;

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// When its page was answered.
    pub(crate) given: Timestamp,
    pub(crate) receipt: Timestamp,
    pub(crate) place: Timestamp,
    pub(crate) trace_id: TraceId,
}

impl Token {
    /// The last trace of the page.
    pub(crate) fn spot(&self) -> Spot {
        Spot {
            at: self.place,
            trace_id: self.trace_id,
        }
    }

    /// Whether it was given so long before this moment at most.
    pub(crate) fn is_younger(&self, age_max: Duration, now: Timestamp) -> bool {
        now <= self.given + age_max
    }

    /// The token as text, good for this request only.
    pub(crate) fn text_for(&self, request: &GetTraceSummariesRequest) -> String {
        let mut body = Vec::with_capacity(TOKEN_BYTES);
        body.extend(hash_of(request));
        body.extend(self.given.as_nanos().to_be_bytes());
        body.extend(self.receipt.as_nanos().to_be_bytes());
        body.extend(self.place.as_nanos().to_be_bytes());
        body.extend(self.trace_id.as_bytes());
        let mut bytes = checksum_of(&body).to_vec();
        bytes.extend(body);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token; `None` if it is not one that we gave for this request.
    pub(crate) fn read(text: &str, request: &GetTraceSummariesRequest) -> Option<Token> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (checksum, body) = bytes.split_first_chunk::<4>()?;
        let (hash, rest) = body.split_first_chunk::<8>()?;
        let (given, rest) = rest.split_first_chunk::<8>()?;
        let (receipt, rest) = rest.split_first_chunk::<8>()?;
        let (place, rest) = rest.split_first_chunk::<8>()?;
        let trace_id: [u8; 16] = rest.try_into().ok()?;
        if *checksum != checksum_of(body) || *hash != hash_of(request) {
            return None;
        }
        Some(Token {
            given: Timestamp::from_nanos(i64::from_be_bytes(*given)),
            receipt: Timestamp::from_nanos(i64::from_be_bytes(*receipt)),
            place: Timestamp::from_nanos(i64::from_be_bytes(*place)),
            trace_id: TraceId::from_bytes(trace_id),
        })
    }
}

/// Everything of the request except the token itself.
fn hash_of(request: &GetTraceSummariesRequest) -> [u8; 8] {
    let asked = GetTraceSummariesRequest {
        next_token: None,
        ..request.clone()
    };
    first_bytes(Sha256::digest(format!("{asked:?}")).as_slice())
}

fn checksum_of(body: &[u8]) -> [u8; 4] {
    first_bytes(Sha256::digest(body).as_slice())
}

fn first_bytes<const N: usize>(digest: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes
        .iter_mut()
        .zip(digest)
        .for_each(|(byte, from)| *byte = *from);
    bytes
}

const TOKEN_BYTES: usize = 52;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_request_only() {
        let request = GetTraceSummariesRequest {
            start_time: Some(1.0),
            ..Default::default()
        };
        let token = Token {
            given: Timestamp::from_nanos(3),
            receipt: Timestamp::from_nanos(7),
            place: Timestamp::from_nanos(-5),
            trace_id: TraceId::from_bytes([9; 16]),
        };
        let text = token.text_for(&request);
        let continued = GetTraceSummariesRequest {
            next_token: Some(text.clone()),
            ..request.clone()
        };
        assert_eq!(Token::read(&text, &continued), Some(token));
        let other = GetTraceSummariesRequest {
            start_time: Some(2.0),
            ..request.clone()
        };
        assert_eq!(Token::read(&text, &other), None);
        let altered = format!("{}A", text.strip_suffix(|_| true).unwrap_or_default());
        for text in ["", "abc", "not base64 !", altered.as_str()] {
            assert!(
                Token::read(text, &request).is_none_or(|read| read == token),
                "{text}"
            );
        }
        assert_eq!(Token::read("AAAA", &request), None);
    }
}
