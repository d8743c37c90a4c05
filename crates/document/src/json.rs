//! JSON seen one level at a time: members of an object, elements of an array, scalars, each as its own text.
//! What is not looked into is only checked, without recursion, so deep nesting costs no stack (`settled.md` 17).

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// An object's members in their order; where a key comes twice the last one counts.
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// The members of an object; `None` for anything else. The text is JSON.
    pub(crate) fn of(value: &'a RawValue) -> Option<Object<'a>> {
        Object::parse(value.get())
    }

    /// The members of an object; `None` for anything else, JSON or not.
    pub(crate) fn parse(text: &'a str) -> Option<Object<'a>> {
        text.starts_with('{')
            .then(|| serde_json::from_str(text).ok())
            .flatten()
    }

    /// A member's value; `null` counts as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'a RawValue> {
        let found = self
            .members
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| *value);
        found.filter(|value| value.get() != "null")
    }

    /// A member that is an object.
    pub(crate) fn object(&self, key: &str) -> Option<Object<'a>> {
        self.get(key).and_then(Object::of)
    }

    /// A member that is a text, not empty.
    pub(crate) fn text(&self, key: &str) -> Option<Box<str>> {
        self.get(key)
            .and_then(text)
            .filter(|text| !text.is_empty())
            .map(Cow::into)
    }

    /// A member that is `true` or `false`.
    pub(crate) fn boolean(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(boolean)
    }

    /// All members, each key once, in the order of their last appearance.
    pub(crate) fn members(&self) -> Vec<(&str, &'a RawValue)> {
        let mut seen = HashSet::with_capacity(self.members.len());
        let last_first = self.members.iter().rev().filter(|(key, _)| seen.insert(&**key));
        let mut members: Vec<_> = last_first.map(|(key, value)| (&**key, *value)).collect();
        members.reverse();
        members
    }
}

/// The elements of an array; `None` for anything else.
pub(crate) fn elements(value: &RawValue) -> Option<Vec<&RawValue>> {
    value
        .get()
        .starts_with('[')
        .then(|| serde_json::from_str(value.get()).ok())
        .flatten()
}

/// A text; `None` for anything else.
pub(crate) fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    let quoted = value.get();
    if !quoted.starts_with('"') {
        return None;
    }
    let plain = quoted.strip_prefix('"')?.strip_suffix('"')?;
    match plain.contains('\\') {
        false => Some(Cow::Borrowed(plain)),
        // An escape may name half of a surrogate pair, which is no text.
        true => serde_json::from_str(quoted).ok().map(Cow::Owned),
    }
}

/// The text of a number; `None` for anything else.
pub(crate) fn number(value: &RawValue) -> Option<&str> {
    value
        .get()
        .starts_with(|first: char| first == '-' || first.is_ascii_digit())
        .then(|| value.get())
}

/// `true` or `false`; `None` for anything else.
pub(crate) fn boolean(value: &RawValue) -> Option<bool> {
    match value.get() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// An object while it is written.
pub(crate) struct ObjectText<'o> {
    out: &'o mut String,
    is_empty: bool,
}

impl<'o> ObjectText<'o> {
    /// Writes `{`.
    pub(crate) fn begin(out: &'o mut String) -> ObjectText<'o> {
        out.push('{');
        ObjectText { out, is_empty: true }
    }

    /// Writes a member whose value is JSON already.
    pub(crate) fn json(&mut self, key: &str, value: &str) {
        self.value_of(key).push_str(value);
    }

    /// Writes a member that is a text.
    pub(crate) fn text(&mut self, key: &str, value: &str) {
        push_quoted(self.value_of(key), value);
    }

    /// Writes a member that is a list of one text.
    pub(crate) fn texts(&mut self, key: &str, value: &str) {
        let out = self.value_of(key);
        out.push('[');
        push_quoted(out, value);
        out.push(']');
    }

    /// Writes a key; the caller writes the value.
    pub(crate) fn value_of(&mut self, key: &str) -> &mut String {
        if !self.is_empty {
            self.out.push(',');
        }
        self.is_empty = false;
        push_quoted(self.out, key);
        self.out.push(':');
        self.out
    }

    /// Writes `}`.
    pub(crate) fn end(self) {
        self.out.push('}');
    }
}

fn push_quoted(out: &mut String, text: &str) {
    out.push_str(&serde_json::to_string(text).expect("a text is always JSON"));
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<'de>, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut members = Vec::with_capacity(12);
        while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            members.push((key, value));
        }
        Ok(Object { members })
    }
}

/// An object's key, borrowed where it holds no escape.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}
