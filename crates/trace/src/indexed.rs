//! Which annotations of a trace are looked at: all of them, or those that a service with limits would index
//! (`spec/segment-documents.md` 4.6). Documents keep all of them in any case.

use std::borrow::Cow;
use std::collections::BTreeSet;

use compact_str::CompactString;
use document::AnnotationValue;

use crate::{EntityRef, Trace};

/// What of a trace's annotations is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationLimits {
    /// LIMIT: distinct keys of a trace; the first to arrive are kept, in the order of their documents.
    pub keys_max: usize,
    /// LIMIT: characters of a key; longer ones are passed over, as are those with others than letters, digits, `_`
    /// and `.` of ASCII.
    pub key_characters_max: usize,
    /// LIMIT: characters of a text; what is longer counts as cut there.
    pub text_characters_max: usize,
}

/// The keys that are looked at.
#[derive(Debug)]
pub(crate) struct Indexed {
    keys: BTreeSet<CompactString>,
    text_characters_max: usize,
}

impl Trace {
    /// The same trace, but only these annotations are looked at from now on.
    pub fn with_annotations_within(mut self, limits: &AnnotationLimits) -> Trace {
        let mut keys: BTreeSet<CompactString> = BTreeSet::new();
        let all = self.entities().flat_map(|entity| entity.get().annotations());
        for (key, _) in all {
            if keys.len() >= limits.keys_max {
                break;
            }
            if limits.admit(key) && !keys.contains(key) {
                keys.insert(key.into());
            }
        }
        self.indexed = Some(Indexed {
            keys,
            text_characters_max: limits.text_characters_max,
        });
        self
    }
}

impl AnnotationLimits {
    fn admit(&self, key: &str) -> bool {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
        // Such a key has a byte for each character.
        !key.is_empty() && key.len() <= self.key_characters_max && key.bytes().all(is_plain)
    }
}

impl<'t> EntityRef<'t> {
    /// Its annotations that are looked at, in the order of the document.
    pub fn annotations(self) -> impl Iterator<Item = (&'t str, AnnotationValue<'t>)> {
        let indexed = self.trace.indexed.as_ref();
        let all = self.get().annotations();
        all.filter(move |(key, _)| indexed.is_none_or(|indexed| indexed.keys.contains(*key)))
            .map(move |(key, value)| match indexed {
                Some(indexed) => (key, indexed.cut(value)),
                None => (key, value),
            })
    }
}

impl Indexed {
    fn cut<'v>(&self, value: AnnotationValue<'v>) -> AnnotationValue<'v> {
        let AnnotationValue::Text(mut text) = value else {
            return value;
        };
        if let Some((end, _)) = text.char_indices().nth(self.text_characters_max) {
            text = match text {
                Cow::Borrowed(text) => Cow::Borrowed(text.get(..end).unwrap_or_default()),
                Cow::Owned(text) => Cow::Owned(text.get(..end).unwrap_or_default().to_owned()),
            };
        }
        AnnotationValue::Text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::{document, trace};

    const LIMITS: AnnotationLimits = AnnotationLimits {
        keys_max: 3,
        key_characters_max: 5,
        text_characters_max: 4,
    };

    fn keys(trace: &Trace) -> Vec<String> {
        trace.annotations("").into_keys().map(str::to_owned).collect()
    }

    /// Section 4.6: the first distinct keys by arrival, then document order; other keys stay in the document.
    #[test]
    fn segment_documents_4_6_the_first_keys_to_arrive_are_looked_at() {
        let sent = [
            document(
                0,
                r#"id:a1,"name":"a","start_time":1,"end_time":2,
                   "annotations":{"d":1,"key-1":1,"toolong":1,"a.b":1,"":1},
                   "subsegments":[{id:b1,"name":"s","start_time":1,"end_time":2,"annotations":{"d":2,"A_9":true}}]"#,
            ),
            document(
                1,
                r#"id:a2,"name":"a","start_time":0,"end_time":2,"annotations":{"c":1,"d":3}"#,
            ),
        ];
        let trace = trace(&sent);
        assert_eq!(keys(&trace), ["", "A_9", "a.b", "c", "d", "key-1", "toolong"]);
        let trace = trace.with_annotations_within(&LIMITS);
        assert_eq!(keys(&trace), ["A_9", "a.b", "d"]);
        assert_eq!(trace.annotations("")["d"].len(), 3);
        let texts = trace.documents();
        assert!(
            texts.iter().any(|entry| entry.document.contains("toolong")),
            "documents keep all"
        );
    }

    #[test]
    fn segment_documents_4_6_a_long_text_is_looked_at_up_to_its_limit() {
        let annotations = r#""annotations":{"a":"김민수입니다","b":"김민수입","n":12345678}"#;
        let members = format!(r#"id:a1,"name":"a","start_time":1,"end_time":2,{annotations}"#);
        let trace = trace(&[document(0, &members)]).with_annotations_within(&LIMITS);
        let all = trace.annotations("");
        let value = |key: &str| all[key][0].value.clone();
        assert_eq!(value("a"), AnnotationValue::Text("김민수입".into()));
        assert_eq!(value("b"), AnnotationValue::Text("김민수입".into()));
        assert_eq!(value("n"), AnnotationValue::Number(12_345_678.0));
    }
}
