//! A text with places that differ from trace to trace: copied whole, then written over at those places, which costs
//! little more than the copy.

use crate::chance::mixed;

/// What stands at a place. Each has the same width in every trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// `1-` and 32 digits.
    TraceId,
    /// An entity's sixteen hex digits.
    Entity(u32),
    /// A moment so many microseconds after the trace's begin, before these are stretched.
    Moment(u64),
    /// Sixteen hex digits without a meaning.
    Hex(u32),
    /// One of [`CUSTOMERS`], six digits.
    Customer,
}

/// One trace, as far as its texts differ from those of others with the same shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instance {
    pub(crate) trace_id: [u8; TRACE_ID_BYTES],
    pub(crate) seed: u64,
    /// Microseconds since 1970.
    pub(crate) start_us: u64,
    /// How much longer than its shape this trace takes; [`STRETCH_ONE`] is as long.
    pub(crate) stretch: u64,
}

impl Instance {
    /// The moment that a shape has so many microseconds after its begin.
    pub(crate) fn moment_us(&self, offset_us: u64) -> u64 {
        self.start_us + offset_us * self.stretch / STRETCH_ONE
    }

    /// Its customer's number.
    pub(crate) fn customer(&self) -> u64 {
        mixed(self.seed ^ CUSTOMER_SALT) % CUSTOMERS
    }
}

/// The text, with something at every place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prepared {
    bytes: Vec<u8>,
    places: Vec<(usize, Field)>,
}

impl Prepared {
    pub(crate) fn text(&mut self, text: &str) -> &mut Prepared {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    pub(crate) fn field(&mut self, field: Field) -> &mut Prepared {
        self.places.push((self.bytes.len(), field));
        self.bytes.resize(self.bytes.len() + field.width(), b'0');
        self
    }

    /// Puts a text made apart at the end.
    pub(crate) fn append(&mut self, other: &Prepared) {
        let moved = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.places
            .extend(other.places.iter().map(|(at, field)| (at + moved, *field)));
    }

    /// The same as the inside of a JSON string.
    pub(crate) fn escaped(&self) -> Prepared {
        let mut escaped = Prepared::default();
        let mut places = self.places.iter().peekable();
        for (at, byte) in self.bytes.iter().enumerate() {
            while let Some((_, field)) = places.next_if(|(place, _)| *place == at) {
                escaped.places.push((escaped.bytes.len(), *field));
            }
            if matches!(byte, b'"' | b'\\') {
                escaped.bytes.push(b'\\');
            }
            escaped.bytes.push(*byte);
        }
        escaped
    }

    /// Adds the text of one trace to `out`.
    pub(crate) fn write(&self, instance: &Instance, out: &mut Vec<u8>) {
        let begin = out.len();
        out.extend_from_slice(&self.bytes);
        for (at, field) in &self.places {
            let place = &mut out[begin + at..begin + at + field.width()];
            match *field {
                Field::TraceId => place.copy_from_slice(&instance.trace_id),
                Field::Entity(number) => hex(mixed(instance.seed ^ u64::from(number)) | 1, place),
                Field::Hex(number) => hex(mixed(instance.seed ^ HEX_SALT ^ u64::from(number)), place),
                Field::Moment(offset_us) => moment(instance.moment_us(offset_us), place),
                Field::Customer => decimal(instance.customer(), place),
            }
        }
    }
}

impl Field {
    const fn width(self) -> usize {
        match self {
            Field::TraceId => TRACE_ID_BYTES,
            Field::Entity(_) | Field::Hex(_) => 16,
            Field::Moment(_) => 17,
            Field::Customer => CUSTOMER_DIGITS,
        }
    }
}

/// `1767225600.123456`
fn moment(us: u64, place: &mut [u8]) {
    let (seconds, fraction) = place.split_at_mut(10);
    decimal(us / 1_000_000, seconds);
    fraction[0] = b'.';
    decimal(us % 1_000_000, &mut fraction[1..]);
}

fn decimal(mut number: u64, place: &mut [u8]) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// The number's lowest digits, as many as the place has.
pub(crate) fn hex(mut number: u64, place: &mut [u8]) {
    for digit in place.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 15) as usize];
        number >>= 4;
    }
}

/// `1-68c0a3f1-` and 24 digits more.
pub(crate) const TRACE_ID_BYTES: usize = 35;
/// So many customers there are: among a million traces each has about ten.
pub(crate) const CUSTOMERS: u64 = 100_000;
/// A stretch by which nothing changes.
pub(crate) const STRETCH_ONE: u64 = 1_024;
const CUSTOMER_DIGITS: usize = 6;
const CUSTOMER_SALT: u64 = 0x6375_7374_6f6d_6572;
const HEX_SALT: u64 = 0x6865_7868_6578_0000;

#[cfg(test)]
mod tests {
    use super::*;

    fn instance() -> Instance {
        Instance {
            trace_id: *b"1-68c0a3f1-0123456789abcdef01234567",
            seed: 7,
            start_us: 1_767_225_600_000_001,
            stretch: STRETCH_ONE * 2,
        }
    }

    fn written(prepared: &Prepared) -> String {
        let mut out = vec![];
        prepared.write(&instance(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn fields_are_written_at_their_places_and_moments_are_stretched() {
        let mut prepared = Prepared::default();
        prepared
            .text("{\"a\":")
            .field(Field::Moment(30))
            .text(",\"t\":\"");
        prepared.field(Field::TraceId).text("\"}");
        assert_eq!(
            written(&prepared),
            "{\"a\":1767225600.000061,\"t\":\"1-68c0a3f1-0123456789abcdef01234567\"}"
        );
    }

    #[test]
    fn the_escaped_text_is_the_inside_of_a_json_string() {
        let mut inner = Prepared::default();
        inner.text("\\\"q\\\" ").field(Field::Customer);
        let mut prepared = Prepared::default();
        prepared.field(Field::Hex(1)).text("\"").append(&inner);
        prepared.text("\"").field(Field::Entity(3));
        let quoted = format!("\"{}\"", written(&prepared.escaped()));
        let read: String = serde_json::from_str(&quoted).unwrap();
        assert_eq!(read, written(&prepared));
    }
}
