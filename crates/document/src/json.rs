//! JSON as the rest of the crate sees it: values, each with its own text, looked into one level at a time.
//! A text is taken apart once, without recursion, so deep nesting costs no stack (`settled.md` 17).

mod tape;
mod write;

use std::borrow::Cow;
use std::collections::HashSet;

use tape::{Kind, Token};
pub(crate) use write::ObjectText;

/// A JSON text taken apart.
pub(crate) struct Json<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Json<'a> {
    /// Takes a text apart; `None` if it is not JSON.
    pub(crate) fn parse(text: &'a str) -> Option<Json<'a>> {
        let tokens = tape::tokens(text)?;
        Some(Json { text, tokens })
    }

    /// The whole value.
    pub(crate) fn root(&self) -> Value<'_> {
        self.value(0)
    }

    /// The value at a place that [`Value::index`] gave.
    pub(crate) fn value(&self, index: u32) -> Value<'_> {
        Value { json: self, index }
    }
}

/// A value in a JSON text.
#[derive(Clone, Copy)]
pub(crate) struct Value<'j> {
    json: &'j Json<'j>,
    /// Place of its token. INVARIANT: there is one.
    index: u32,
}

impl<'j> Value<'j> {
    fn token(self) -> &'j Token {
        let token = self.json.tokens.get(self.index as usize);
        token.expect("a value has a token")
    }

    /// Its place in the text taken apart.
    pub(crate) fn index(self) -> u32 {
        self.index
    }

    /// Its own text.
    pub(crate) fn get(self) -> &'j str {
        self.part(0)
    }

    /// First byte in the whole text, and the byte after the last one.
    pub(crate) fn span(self) -> (u32, u32) {
        (self.token().start, self.token().end)
    }

    /// Its text without so many bytes at both ends.
    fn part(self, cut: usize) -> &'j str {
        let Token { start, end, .. } = *self.token();
        let (start, end) = (start as usize + cut, end as usize - cut);
        self.json.text.get(start..end).unwrap_or_default()
    }

    /// Whether it is `null`, which counts as absent everywhere.
    pub(crate) fn is_null(self) -> bool {
        self.token().kind == Kind::Null
    }

    /// A text; `None` for anything else.
    pub(crate) fn text(self) -> Option<Cow<'j, str>> {
        match self.token().kind {
            Kind::Text => Some(Cow::Borrowed(self.part(1))),
            Kind::EscapedText => tape::decoded(self.get()).map(Cow::Owned),
            _ => None,
        }
    }

    /// Where a text without escapes lies in the whole text, its quotes apart; `None` for anything else.
    pub(crate) fn plain_span(self) -> Option<(u32, u32)> {
        let Token { start, end, kind, .. } = *self.token();
        (kind == Kind::Text).then_some((start + 1, end - 1))
    }

    /// The text of a number; `None` for anything else.
    pub(crate) fn number(self) -> Option<&'j str> {
        (self.token().kind == Kind::Number).then(|| self.get())
    }

    /// `true` or `false`; `None` for anything else.
    pub(crate) fn boolean(self) -> Option<bool> {
        match self.token().kind {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// Whether it is an array.
    pub(crate) fn is_array(self) -> bool {
        self.token().kind == Kind::Array
    }

    /// Whether it is an object, be its keys texts or not.
    pub(crate) fn is_object(self) -> bool {
        matches!(self.token().kind, Kind::Object | Kind::BrokenObject)
    }

    /// Whether it is an object whose keys are all texts.
    pub(crate) fn is_readable_object(self) -> bool {
        self.token().kind == Kind::Object
    }

    /// The elements of an array; none for anything else.
    pub(crate) fn elements(self) -> impl Iterator<Item = Value<'j>> {
        let length = if self.is_array() { usize::MAX } else { 0 };
        self.content().take(length)
    }

    /// The last member of that name, `null` counting as absent; `None` for anything but an object.
    pub(crate) fn member(self, name: &str) -> Option<Value<'j>> {
        let named = self.members()?.filter(|(key, _)| key == name);
        named
            .last()
            .map(|(_, value)| value)
            .filter(|value| !value.is_null())
    }

    /// The members of an object in their order, keys as often as they come; `None` for anything else.
    pub(crate) fn members(self) -> Option<impl Iterator<Item = (Cow<'j, str>, Value<'j>)>> {
        let members = self.keyed_members()?;
        Some(members.map(|(key, value)| (key.text().unwrap_or_default(), value)))
    }

    /// The same, each key as the value that it is.
    fn keyed_members(self) -> Option<impl Iterator<Item = (Value<'j>, Value<'j>)>> {
        let mut content = self.content();
        let member = move || Some((content.next()?, content.next()?));
        self.is_readable_object().then(|| std::iter::from_fn(member))
    }

    /// The keys and values of an object, each key once, in the order of their last appearance; none for anything else.
    pub(crate) fn distinct_members(self) -> Vec<(Value<'j>, Value<'j>)> {
        let mut members: Vec<_> = self.keyed_members().into_iter().flatten().collect();
        if members.len() >= MANY_MEMBERS || has_repetition(&members) {
            members.reverse();
            let mut seen = HashSet::with_capacity(members.len());
            members.retain(|(key, _)| seen.insert(key.text()));
            members.reverse();
        }
        members
    }

    /// What an object or array holds, keys among it.
    fn content(self) -> impl Iterator<Item = Value<'j>> {
        let json = self.json;
        let mut at = self.index + 1;
        let end = self.token().next;
        std::iter::from_fn(move || {
            let value = (at < end).then_some(Value { json, index: at })?;
            at = value.token().next;
            Some(value)
        })
    }
}

/// An object as it is written again: its members, each key once, in the order of their last appearance.
pub(crate) struct Object<'j> {
    members: Vec<(Cow<'j, str>, Value<'j>)>,
}

impl<'j> Object<'j> {
    /// The members of an object; `None` for anything else.
    pub(crate) fn of(value: Value<'j>) -> Option<Object<'j>> {
        value.is_readable_object().then(|| {
            let members = value.distinct_members().into_iter();
            Object {
                members: members
                    .map(|(key, value)| (key.text().unwrap_or_default(), value))
                    .collect(),
            }
        })
    }

    /// A member's value.
    pub(crate) fn get(&self, key: &str) -> Option<Value<'j>> {
        let found = self.members.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| *value).filter(|value| !value.is_null())
    }

    /// A member that is an object.
    pub(crate) fn object(&self, key: &str) -> Option<Object<'j>> {
        self.get(key).and_then(Object::of)
    }

    /// All members.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, Value<'j>)> {
        self.members.iter().map(|(key, value)| (&**key, *value))
    }
}

fn has_repetition(members: &[(Value<'_>, Value<'_>)]) -> bool {
    let mut rest = members;
    while let Some(((key, _), others)) = rest.split_first() {
        let key = key.text();
        if others.iter().any(|(other, _)| other.text() == key) {
            return true;
        }
        rest = others;
    }
    false
}

/// From so many members on, a set finds repeated keys faster than comparing each with each.
const MANY_MEMBERS: usize = 16;
