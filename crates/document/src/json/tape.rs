//! The tokens of a JSON text, found in one pass without recursion.
//!
//! Every value and every key is a token; the token of an object or array knows where its content ends, so that
//! whoever is not interested steps over it. The text is checked as strictly as `serde_json` checks it.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Followed by its members: a key, then a value.
    Object,
    /// An object with a key that is no text: an escape in it names half of a surrogate pair.
    BrokenObject,
    /// Followed by its elements.
    Array,
    /// A text without escapes.
    Text,
    /// A text with escapes.
    EscapedText,
    Number,
    True,
    False,
    Null,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// First byte.
    pub(super) start: u32,
    /// The byte after the last one.
    pub(super) end: u32,
    /// The token after this one and all that it holds. While the token is open: the one that encloses it.
    pub(super) next: u32,
    pub(super) kind: Kind,
}

/// The tokens of a JSON text; `None` for anything else. INVARIANT: one token at least, the first is the whole value.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    // LIMIT: places in a text are 32 bits wide.
    u32::try_from(text.len()).ok().filter(|len| *len < NONE)?;
    let mut tape = Tape {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / BYTES_PER_TOKEN + 1),
        open: NONE,
    };
    tape.read()?;
    Some(tape.tokens)
}

struct Tape<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
    /// The innermost object or array that has not ended.
    open: u32,
}

impl Tape<'_> {
    fn read(&mut self) -> Option<()> {
        loop {
            self.value()?;
            // After a value: whatever ends with it, then the next one.
            loop {
                let Some(open) = self.tokens.get(self.open as usize).map(|token| token.kind) else {
                    return self.peek().is_none().then_some(());
                };
                match (self.peek()?, open) {
                    (b',', Kind::Array) => self.at += 1,
                    (b',', _) => {
                        self.at += 1;
                        self.key()?;
                    }
                    (b']', Kind::Array) | (b'}', Kind::Object | Kind::BrokenObject) => {
                        self.close();
                        continue;
                    }
                    (_, _) => return None,
                }
                break;
            }
        }
    }

    /// Reads values up to the first one that is complete: a scalar, or an object or array that holds nothing.
    fn value(&mut self) -> Option<()> {
        loop {
            match self.peek()? {
                b'"' => return self.string().map(|_| ()),
                b'{' => {
                    self.begin(Kind::Object);
                    if self.peek()? == b'}' {
                        self.close();
                        return Some(());
                    }
                    self.key()?;
                }
                b'[' => {
                    self.begin(Kind::Array);
                    if self.peek()? == b']' {
                        self.close();
                        return Some(());
                    }
                }
                b'-' | b'0'..=b'9' => return self.number(),
                b't' => return self.literal(b"true", Kind::True),
                b'f' => return self.literal(b"false", Kind::False),
                b'n' => return self.literal(b"null", Kind::Null),
                _ => return None,
            }
        }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn begin(&mut self, kind: Kind) {
        let enclosing = self.open;
        self.open = self.tokens.len() as u32;
        self.push(self.at, self.at + 1, kind);
        if let Some(token) = self.tokens.last_mut() {
            token.next = enclosing;
        }
        self.at += 1;
    }

    fn close(&mut self) {
        self.at += 1;
        let next = self.tokens.len() as u32;
        if let Some(token) = self.tokens.get_mut(self.open as usize) {
            self.open = token.next;
            token.next = next;
            token.end = self.at as u32;
        }
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        self.tokens.push(Token {
            start: start as u32,
            end: end as u32,
            next: self.tokens.len() as u32 + 1,
            kind,
        });
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Option<()> {
        if self.peek()? != b'"' {
            return None;
        }
        let start = self.at;
        if self.string()? == Kind::EscapedText && decoded(self.text.get(start..self.at)?).is_none() {
            self.tokens.get_mut(self.open as usize)?.kind = Kind::BrokenObject;
        }
        let is_colon = self.peek()? == b':';
        self.at += 1;
        is_colon.then_some(())
    }

    fn string(&mut self) -> Option<Kind> {
        let start = self.at;
        let mut kind = Kind::Text;
        self.at += 1;
        loop {
            self.at += plain_length(self.bytes.get(self.at..)?);
            match self.bytes.get(self.at)? {
                b'"' => break,
                b'\\' => {
                    kind = Kind::EscapedText;
                    self.at += 1;
                    self.escape()?;
                }
                // A control character.
                _ => return None,
            }
        }
        self.at += 1;
        self.push(start, self.at, kind);
        Some(kind)
    }

    /// What follows a backslash. Whether surrogates come in pairs is only asked of texts that are looked into.
    fn escape(&mut self) -> Option<()> {
        match self.bytes.get(self.at)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
            b'u' => {
                let digits = self.bytes.get(self.at + 1..self.at + 5)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                self.at += 5;
            }
            _ => return None,
        }
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        self.push(start, self.at, Kind::Number);
        Some(())
    }

    /// At least one digit.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn literal(&mut self, name: &[u8], kind: Kind) -> Option<()> {
        let end = self.at + name.len();
        let is_it = self.bytes.get(self.at..end)? == name;
        self.push(self.at, end, kind);
        self.at = end;
        is_it.then_some(())
    }
}

/// The text that a quoted one with escapes stands for; `None` where an escape names half of a surrogate pair.
pub(super) fn decoded(quoted: &str) -> Option<String> {
    serde_json::from_str(quoted).ok()
}

/// How many bytes come before the first quote, backslash or control character; eight are looked at at once.
fn plain_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    let (words, _) = bytes.as_chunks::<8>();
    for word in words {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return length + special.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = bytes.get(length..).unwrap_or_default();
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    length + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// The high bit of the lowest byte that is a quote, a backslash or a control character; above it, bits may be wrong.
fn special_bytes(word: u64) -> u64 {
    let zero_bytes = |word: u64| word.wrapping_sub(EACH) & !word;
    let controls = word.wrapping_sub(EACH * 0x20) & !word;
    let quotes = zero_bytes(word ^ (EACH * b'"' as u64));
    let backslashes = zero_bytes(word ^ (EACH * b'\\' as u64));
    (controls | quotes | backslashes) & (EACH * 0x80)
}

const EACH: u64 = 0x0101_0101_0101_0101;
const NONE: u32 = u32::MAX;
const BYTES_PER_TOKEN: usize = 8;
