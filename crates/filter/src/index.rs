//! Everything of a trace that an expression can look up.

use std::ops::Range;

use document::{AnnotationValue, Entity, Flags, Kind, TextMember};
use trace::{EntityRef, Trace, client_type};

use crate::evaluate::entity;
use crate::keyword::{BooleanKeyword, TextKeyword};
use crate::term::{Flag, Term, TextField, hundreds};

/// What a trace can be looked up by: its terms, and the texts of which some can be searched.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Indexed {
    terms: Vec<Term>,
    /// Every text, one after the other.
    texts: String,
    places: Vec<TextPlace>,
}

/// A text's field, and where it lies among all texts.
type TextPlace = (TextField, Range<usize>);

impl Indexed {
    /// The terms that stand for no text, ascending and each once.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The texts, some more than once. Each stands for a term as well.
    pub fn texts(&self) -> impl Iterator<Item = (TextField, &str)> {
        let places = self.places.iter();
        places.filter_map(|(field, place)| Some((*field, self.texts.get(place.clone())?)))
    }

    /// Whether it has the term, which may stand for a text.
    pub fn has(&self, term: Term) -> bool {
        self.terms.binary_search(&term).is_ok() || self.texts().any(|(field, text)| field.term(text) == term)
    }

    /// The terms that stand for no text, all texts one after the other, and where among them which lies.
    pub fn into_parts(self) -> (Vec<Term>, String, Vec<TextPlace>) {
        (self.terms, self.texts, self.places)
    }

    /// Most texts of a trace repeat soon, as names do from segment to segment.
    fn add_text(&mut self, field: TextField, text: &str) {
        let is_known =
            |(known, place): &TextPlace| *known == field && self.texts.get(place.clone()) == Some(text);
        if !self.places.iter().rev().take(TEXTS_LOOKED_BACK).any(is_known) {
            let start = self.texts.len();
            self.texts.push_str(text);
            self.places.push((field, start..self.texts.len()));
        }
    }
}

/// What a trace can be looked up by. `home` is the server's own account, as in [`Trace::nodes`].
///
/// INVARIANT: a trace that a filter matches satisfies the filter's [`Prune`](crate::Prune) with this and its own facts.
pub fn index_of(trace: &Trace, home: &str) -> Indexed {
    let mut index = Index {
        home,
        found: Indexed {
            terms: Vec::with_capacity(32),
            texts: String::with_capacity(512),
            places: Vec::with_capacity(32),
        },
        texts_seen: 0,
        flags_seen: 0,
    };
    if let Some(root) = trace.root() {
        index.add_request(root.get());
    }
    for entity in trace.entities() {
        index.add_said(entity.get());
        match entity.kind {
            Kind::Segment => index.add_segment(entity),
            Kind::Subsegment => index.add_call(entity),
        }
    }
    index.finish()
}

struct Index<'h> {
    home: &'h str,
    found: Indexed,
    /// A bit for each [`TextKeyword`] that has a value.
    texts_seen: u32,
    /// A bit for each [`Flag`] that some segment of a node has.
    flags_seen: u32,
}

impl Index<'_> {
    /// What a trace says of its request: the root alone is asked.
    fn add_request(&mut self, root: Entity<'_>) {
        for keyword in REQUEST_TEXTS {
            self.add_text(keyword, entity::text(root, keyword));
        }
        if let Some(status) = root.http_status {
            self.add_term(Term::status(status as f64));
            self.add_term(Term::status_hundreds(hundreds(status)));
        }
    }

    /// What counts wherever it is said.
    fn add_said(&mut self, entity: Entity<'_>) {
        for (key, value) in entity.annotations() {
            self.add_term(Term::annotation_key(key));
            match &value {
                AnnotationValue::Text(text) => self.found.add_text(TextField::of_annotation(key), text),
                AnnotationValue::Number(_) | AnnotationValue::Boolean(_) => {
                    self.add_term(Term::annotation(key, &value));
                }
            }
        }
        let messages = entity.exceptions().map(|exception| exception.message);
        for message in messages.filter(|message| !message.is_empty()) {
            self.add_text(TextKeyword::Message, Some(message));
        }
    }

    fn add_segment(&mut self, segment: EntityRef<'_>) {
        let entity = segment.get();
        self.add_node(entity, entity.name(), entity.text(TextMember::Origin));
        // Most segments name no account: the node is not made for them.
        let account = entity.text(TextMember::AccountId);
        let account = account.and_then(|_| segment.node(self.home).account);
        self.add_text(TextKeyword::AccountId, account.as_deref());
        if segment.is_root() {
            self.add_type(entity.name(), client_type(entity));
        }
        if let Some(caller) = segment.parent().and_then(EntityRef::owner) {
            self.add_term(Term::edge(caller.name(), entity.name()));
        }
    }

    /// The node that a call reached, where no segment was sent from there.
    fn add_call(&mut self, call: EntityRef<'_>) {
        let (Some(caller), Some(receiver)) = (call.owner(), call.inferred_receiver()) else {
            return;
        };
        self.add_node(call.get(), receiver.name, Some(&receiver.node_type));
        self.add_term(Term::edge(caller.name(), receiver.name));
    }

    /// One segment of a node, or the call that it is inferred from.
    fn add_node(&mut self, entity: Entity<'_>, name: &str, node_type: Option<&str>) {
        self.add_text(TextKeyword::Name, Some(name));
        if let Some(node_type) = node_type {
            self.add_type(name, node_type);
        }
        for keyword in SEGMENT_TEXTS {
            self.add_text(keyword, entity::text(entity, keyword));
        }
        for flag in Flag::ALL.into_iter().filter(|flag| has_flag(entity.flags, *flag)) {
            self.flags_seen |= 1 << flag as u32;
            self.add_term(Term::node_flag(name, flag));
        }
    }

    fn add_type(&mut self, name: &str, node_type: &str) {
        self.add_text(TextKeyword::Type, Some(node_type));
        self.add_term(Term::node_of_type(name, node_type));
    }

    fn add_text(&mut self, keyword: TextKeyword, text: Option<&str>) {
        if let Some(text) = text {
            self.texts_seen |= 1 << keyword as u32;
            self.found.add_text(TextField::of(keyword), text);
        }
    }

    fn add_term(&mut self, term: Term) {
        self.found.terms.push(term);
    }

    fn finish(self) -> Indexed {
        let mut found = self.found;
        let texts = ALL_TEXTS.into_iter().flatten();
        let seen = texts.filter(|keyword| self.texts_seen & 1 << *keyword as u32 != 0);
        found.terms.extend(seen.map(Term::any_text));
        let flags = Flag::ALL.into_iter();
        let seen = flags.filter(|flag| self.flags_seen & 1 << *flag as u32 != 0);
        found.terms.extend(seen.map(Term::any_node_flag));
        found.terms.sort_unstable();
        found.terms.dedup();
        found
    }
}

fn has_flag(flags: Flags, flag: Flag) -> bool {
    let keyword = match flag {
        Flag::Ok => BooleanKeyword::Ok,
        Flag::Error => BooleanKeyword::Error,
        Flag::Throttle => BooleanKeyword::Throttle,
        Flag::Fault => BooleanKeyword::Fault,
    };
    entity::flag(flags, keyword).unwrap_or(false)
}

/// How far back a text is looked for before it is added once more.
const TEXTS_LOOKED_BACK: usize = 8;

/// Asked of the root at trace scope.
const REQUEST_TEXTS: [TextKeyword; 4] = [
    TextKeyword::HttpUrl,
    TextKeyword::HttpMethod,
    TextKeyword::HttpUserAgent,
    TextKeyword::HttpClientIp,
];

/// Asked of every segment.
const SEGMENT_TEXTS: [TextKeyword; 4] = [
    TextKeyword::User,
    TextKeyword::AvailabilityZone,
    TextKeyword::InstanceId,
    TextKeyword::ResourceArn,
];

/// Asked of nodes, and what exceptions say.
const OTHER_TEXTS: [TextKeyword; 4] = [
    TextKeyword::Name,
    TextKeyword::Type,
    TextKeyword::AccountId,
    TextKeyword::Message,
];

const ALL_TEXTS: [[TextKeyword; 4]; 3] = [REQUEST_TEXTS, SEGMENT_TEXTS, OTHER_TEXTS];
