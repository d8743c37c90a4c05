//! JSON while it is written.

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
