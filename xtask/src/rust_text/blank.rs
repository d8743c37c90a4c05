//! Comments and literals of Rust source replaced with spaces, so that a brace in a text is never taken for code.

/// The source with every comment, string and character blanked. Newlines stay, and so does every offset.
pub(super) fn blank(source: &[u8]) -> Vec<u8> {
    let mut blanker = Blanker {
        source,
        at: 0,
        out: Vec::with_capacity(source.len()),
    };
    while blanker.at < source.len() {
        blanker.step();
    }
    blanker.out
}

/// Whether a byte can be part of a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

struct Blanker<'a> {
    source: &'a [u8],
    at: usize,
    out: Vec<u8>,
}

impl Blanker<'_> {
    fn step(&mut self) {
        let in_word = self.out.last().is_some_and(|byte| is_word(*byte));
        match (self.peek(0), self.peek(1)) {
            (b'/', b'/') => self.erase_while(|rest| rest.first() != Some(&b'\n')),
            (b'/', b'*') => self.block_comment(),
            (b'"', _) => self.quoted(b'"'),
            (b'\'', _) if self.is_char() => self.quoted(b'\''),
            (b'r' | b'b' | b'c', _) if !in_word && self.raw_hashes().is_some() => self.raw(),
            _ => self.keep(),
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.source.get(self.at + ahead).copied().unwrap_or_default()
    }

    fn keep(&mut self) {
        self.out.push(self.peek(0));
        self.at += 1;
    }

    fn erase(&mut self) {
        self.out.push(if self.peek(0) == b'\n' { b'\n' } else { b' ' });
        self.at += 1;
    }

    fn erase_while(&mut self, goes_on: impl Fn(&[u8]) -> bool) {
        while self
            .source
            .get(self.at..)
            .is_some_and(|rest| !rest.is_empty() && goes_on(rest))
        {
            self.erase();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_i32;
        while self.at < self.source.len() {
            let step = match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => 1,
                (b'*', b'/') => -1,
                _ => 0,
            };
            depth += step;
            self.erase();
            if step != 0 {
                self.erase();
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// `'a'` and `'\n'` are characters, `'a` is a lifetime.
    fn is_char(&self) -> bool {
        let rest = self.source.get(self.at + 1..).unwrap_or_default();
        let first_len = rest.first().map_or(1, |byte| match byte {
            0xf0.. => 4,
            0xe0..0xf0 => 3,
            0xc0..0xe0 => 2,
            _ => 1,
        });
        rest.first() == Some(&b'\\') || rest.get(first_len) == Some(&b'\'')
    }

    fn quoted(&mut self, quote: u8) {
        self.erase();
        while self.at < self.source.len() {
            let byte = self.peek(0);
            self.erase();
            if byte == b'\\' && self.at < self.source.len() {
                self.erase();
            } else if byte == quote {
                return;
            }
        }
    }

    /// For `r"`, `br#"`, `cr##"`: how long the opening is and how many hashes close it.
    fn raw_hashes(&self) -> Option<(usize, usize)> {
        let prefix = if self.peek(0) == b'r' { 1 } else { 2 };
        if prefix == 2 && self.peek(1) != b'r' {
            return None;
        }
        let rest = self.source.get(self.at + prefix..)?;
        let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
        (rest.get(hashes) == Some(&b'"')).then_some((prefix + hashes + 1, hashes))
    }

    fn raw(&mut self) {
        let Some((opening_len, hashes)) = self.raw_hashes() else {
            return;
        };
        (0..opening_len).for_each(|_| self.erase());
        let mut closing = vec![b'"'];
        closing.resize(hashes + 1, b'#');
        self.erase_while(|rest| !rest.starts_with(&closing));
        let left = self.source.len() - self.at;
        (0..closing.len().min(left)).for_each(|_| self.erase());
    }
}
