//! The tracing header `X-Amzn-Trace-Id`, and `traceparent`, its equal (`spec/segment-documents.md` 11).
//!
//! Read liberally, because the SDKs disagree on blanks and on the case of keys; written in one form only. What is
//! malformed counts as absent, so reading never fails.

use std::fmt;

use crate::{EntityId, TraceId};

/// What a caller says of the trace that a request belongs to.
///
/// ```
/// use document::{Sampled, TracingHeader};
///
/// let header = TracingHeader::read("Self=1-68e7780c-0; Root=1-68e7780c-5b1f0c6a9d3e82774410ab9f;Sampled=?");
/// assert_eq!(header.sampled, Sampled::Asked);
/// assert_eq!(header.to_string(), "Root=1-68e7780c-5b1f0c6a9d3e82774410ab9f;Sampled=?");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TracingHeader {
    /// The trace; without it a new one begins.
    pub root: Option<TraceId>,
    /// The caller's subsegment, or its segment where none is open.
    pub parent: Option<EntityId>,
    /// Whether the trace is recorded.
    pub sampled: Sampled,
    /// Further pairs, `Lineage` among them, as they came; they are handed on.
    pub others: Vec<(Box<str>, Box<str>)>,
}

/// What is decided of the recording of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sampled {
    /// `1`: it is recorded.
    Yes,
    /// `0`: it is not.
    No,
    /// `?`: the callee decides, and says so in its answer.
    Asked,
    /// Nothing is said.
    #[default]
    Undecided,
}

impl TracingHeader {
    /// Reads the header's text. Of a key that comes twice the first counts; `Self` is for load balancers only.
    pub fn read(text: &str) -> TracingHeader {
        let mut header = TracingHeader::default();
        let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
        for (key, value) in pairs.map(|(key, value)| (key.trim(), value.trim())) {
            match key.to_ascii_lowercase().as_str() {
                "root" => header.root = header.root.or(value.parse().ok()),
                "parent" => header.parent = header.parent.or(value.parse().ok()),
                "sampled" if header.sampled == Sampled::Undecided => header.sampled = sampled_of(value),
                "self" | "sampled" | "" => {}
                _ => header.others.push((key.into(), value.into())),
            }
        }
        header
    }

    /// Reads a `traceparent`; `None` where it is malformed.
    pub fn read_traceparent(text: &str) -> Option<TracingHeader> {
        let mut parts = text.trim().split('-');
        let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_lower_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_long_as = |part: &str, length| part.len() == length && is_lower_hex(part);
        let is_whole = version != "00" || parts.next().is_none();
        if !is_long_as(version, 2) || version == "ff" || !is_long_as(flags, 2) || !is_whole {
            return None;
        }
        let (time, unique) = trace.split_at_checked(8).filter(|_| is_long_as(trace, 32))?;
        let root: TraceId = format!("1-{time}-{unique}").parse().ok()?;
        let parent: EntityId = Some(parent)
            .filter(|parent| is_long_as(parent, 16))?
            .parse()
            .ok()?;
        let is_placeholder = root.is_placeholder() || parent == EntityId::from_bytes([0; 8]);
        let is_sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
        (!is_placeholder).then(|| TracingHeader {
            root: Some(root),
            parent: Some(parent),
            sampled: if is_sampled { Sampled::Yes } else { Sampled::No },
            others: vec![],
        })
    }

    /// The `traceparent` that says the same; `None` without a trace or a parent. It has no word for undecided.
    pub fn traceparent(&self) -> Option<String> {
        let (root, parent) = (self.root?.to_string(), self.parent?);
        let digits = root.strip_prefix("1-")?.replace('-', "");
        let flags = match self.sampled {
            Sampled::Yes => "01",
            Sampled::No | Sampled::Asked | Sampled::Undecided => "00",
        };
        Some(format!("00-{digits}-{parent}-{flags}"))
    }

    /// The header of the answer: the trace, and the decision where the caller asked for it.
    pub fn answer(&self, decided: Sampled) -> TracingHeader {
        TracingHeader {
            root: self.root,
            parent: None,
            sampled: if self.sampled == Sampled::Asked {
                decided
            } else {
                Sampled::Undecided
            },
            others: vec![],
        }
    }
}

fn sampled_of(value: &str) -> Sampled {
    match value {
        "1" => Sampled::Yes,
        "0" => Sampled::No,
        "?" => Sampled::Asked,
        _ => Sampled::Undecided,
    }
}

/// `Root=…;Parent=…;Sampled=…` and the further pairs, without blanks.
impl fmt::Display for TracingHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let mut pair = |key: &str, value: &dyn fmt::Display| {
            write!(f, "{separator}{key}={value}")?;
            separator = ";";
            Ok(())
        };
        if let Some(root) = self.root {
            pair("Root", &root)?;
        }
        if let Some(parent) = self.parent {
            pair("Parent", &parent)?;
        }
        match self.sampled {
            Sampled::Yes => pair("Sampled", &'1')?,
            Sampled::No => pair("Sampled", &'0')?,
            Sampled::Asked => pair("Sampled", &'?')?,
            Sampled::Undecided => {}
        }
        for (key, value) in &self.others {
            pair(key, value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "Root=1-68e7780c-5b1f0c6a9d3e82774410ab9f";

    /// `segment-documents.md` 11, the table of keys and the parsing notes.
    #[test]
    fn headers_are_read_liberally_and_written_in_one_form() {
        let rows = [
            (
                format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1"),
                format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1"),
            ),
            (
                format!(" {ROOT} ; parent = 53995C3F42CD8AD8 ;sampled=0"),
                format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=0"),
            ),
            (
                format!("Sampled=?; Self=1-67891234-12456789abcdef012345678;{ROOT}"),
                format!("{ROOT};Sampled=?"),
            ),
            (
                format!("{ROOT};Lineage=a87bd80c:1|68fd508a:5;x=a=b"),
                format!("{ROOT};Lineage=a87bd80c:1|68fd508a:5;x=a=b"),
            ),
            ("Root=1-2-3;Parent=xyz;Sampled=yes".into(), String::new()),
            (
                "Parent=53995c3f42cd8ad8;;nonsense;=x".into(),
                "Parent=53995c3f42cd8ad8".into(),
            ),
            (String::new(), String::new()),
        ];
        for (sent, written) in rows {
            let header = TracingHeader::read(&sent);
            assert_eq!(header.to_string(), written, "{sent}");
            assert_eq!(TracingHeader::read(&written), header, "{written}");
        }
    }

    /// `segment-documents.md` 11: the answer's header.
    #[test]
    fn the_answer_tells_the_decision_only_to_who_asked() {
        let answer = |sampled: &str| {
            let sent = TracingHeader::read(&format!("{ROOT};Parent=53995c3f42cd8ad8{sampled}"));
            sent.answer(Sampled::Yes).to_string()
        };
        assert_eq!(answer(";Sampled=?"), format!("{ROOT};Sampled=1"));
        assert_eq!(answer(";Sampled=0"), ROOT);
        assert_eq!(answer(""), ROOT);
    }

    /// `segment-documents.md` 11, the last paragraph, and 5: lossless both ways.
    #[test]
    fn a_traceparent_says_the_same() {
        let text = "00-68e7780c5b1f0c6a9d3e82774410ab9f-53995c3f42cd8ad8-01";
        let header = TracingHeader::read_traceparent(text).expect("a traceparent");
        assert_eq!(
            header.to_string(),
            format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1")
        );
        assert_eq!(header.traceparent().as_deref(), Some(text));
        let undecided = TracingHeader::read(&format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=?"));
        assert_eq!(undecided.traceparent(), Some(text.replace("-01", "-00")));
        assert_eq!(TracingHeader::read(ROOT).traceparent(), None);
        let later = "01-68e7780c5b1f0c6a9d3e82774410ab9f-53995c3f42cd8ad8-03-more";
        assert_eq!(TracingHeader::read_traceparent(later), Some(header));
        for malformed in [
            "",
            "00-68e7780c5b1f0c6a9d3e82774410ab9f-53995c3f42cd8ad8",
            "00-68e7780c5b1f0c6a9d3e82774410ab9f-53995c3f42cd8ad8-01-more",
            "ff-68e7780c5b1f0c6a9d3e82774410ab9f-53995c3f42cd8ad8-01",
            "00-68E7780C5b1f0c6a9d3e82774410ab9f-53995c3f42cd8ad8-01",
            "00-00000000000000000000000000000000-53995c3f42cd8ad8-01",
            "00-68e7780c5b1f0c6a9d3e82774410ab9f-0000000000000000-01",
            "00-68e7780c5b1f0c6a9d3e82774410ab9-53995c3f42cd8ad80-01",
            "00-가나다라마바사아자차가-53995c3f42cd8ad8-01",
        ] {
            assert_eq!(TracingHeader::read_traceparent(malformed), None, "{malformed}");
        }
    }
}
