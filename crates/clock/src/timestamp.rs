//! A moment as integer nanoseconds since 1970, read exactly from decimal text (`settled.md` 4).

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const DIGITS_OF_NANOS: i32 = 9;

/// A moment: nanoseconds since 1970-01-01T00:00:00Z. Times before it are negative; documents never hold those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// The text is no number, or lies outside 0 to 2^63 − 1 nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotATime;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Timestamp = Timestamp(0);
    /// Later than every other timestamp.
    pub const MAX: Timestamp = Timestamp(i64::MAX);
    /// Earlier than every other timestamp.
    pub const MIN: Timestamp = Timestamp(i64::MIN);

    /// The moment so many nanoseconds after the epoch.
    pub const fn from_nanos(nanos: i64) -> Timestamp {
        Timestamp(nanos)
    }

    /// The moment so many whole seconds after the epoch, at most [`Timestamp::MAX`].
    pub const fn from_seconds(seconds: i64) -> Timestamp {
        Timestamp(seconds.saturating_mul(NANOS_PER_SECOND))
    }

    /// The moment nearest to so many seconds after the epoch; `None` for NaN and what does not fit.
    pub fn from_seconds_f64(seconds: f64) -> Option<Timestamp> {
        let nanos = (seconds * 1e9).round();
        // The bounds are exact in f64: -2^63 and 2^63.
        let range = -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0;
        range.contains(&nanos).then_some(Timestamp(nanos as i64))
    }

    /// Reads a JSON number as seconds, exactly; digits after the ninth decimal are dropped.
    ///
    /// # Errors
    /// [`NotATime`] for text that is no JSON number, and for a time outside 0 to 2^63 − 1 nanoseconds.
    pub fn from_decimal_seconds(text: &str) -> Result<Timestamp, NotATime> {
        if let Some(nanos) = plain_decimal(text) {
            return Ok(Timestamp(nanos));
        }
        let decimal = Decimal::parse(text).ok_or(NotATime)?;
        decimal.scaled_by(DIGITS_OF_NANOS).map(Timestamp).ok_or(NotATime)
    }

    /// Nanoseconds since the epoch.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(NANOS_PER_SECOND)
    }

    /// Seconds since the epoch as the nearest 64-bit float.
    pub fn as_seconds_f64(self) -> f64 {
        // Whole and fraction apart: one division of 19 digits would lose the last ones.
        let fraction = self.0.rem_euclid(NANOS_PER_SECOND) as f64 / 1e9;
        self.seconds() as f64 + fraction
    }

    /// Nanoseconds from `earlier` to this moment; negative when it lies later.
    pub const fn nanos_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Timestamp;
    fn add(self, by: Duration) -> Timestamp {
        Timestamp(
            self.0
                .saturating_add(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)),
        )
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Timestamp;
    fn sub(self, by: Duration) -> Timestamp {
        Timestamp(
            self.0
                .saturating_sub(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)),
        )
    }
}

/// Seconds in plain decimals, without trailing zeros: `1767225600.005`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = self.0.rem_euclid(NANOS_PER_SECOND);
        let digits = format!("{fraction:09}");
        match digits.trim_end_matches('0') {
            "" => write!(f, "{}.0", self.seconds()),
            digits => write!(f, "{}.{digits}", self.seconds()),
        }
    }
}

/// A JSON number taken apart: `digits × 10^exponent`, never negative.
struct Decimal<'a> {
    whole: &'a str,
    fraction: &'a str,
    exponent: i32,
}

impl<'a> Decimal<'a> {
    fn parse(text: &'a str) -> Option<Decimal<'a>> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (mantissa, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (!whole.is_empty() && all_digits(whole) && all_digits(fraction)).then_some(Decimal {
            whole,
            fraction,
            exponent,
        })
    }

    /// The value × 10^`power`, rounded down; `None` where it does not fit.
    fn scaled_by(&self, power: i32) -> Option<i64> {
        let mut places = self
            .exponent
            .saturating_add(power)
            .saturating_add(i32::try_from(self.whole.len()).ok()?);
        let mut value: i64 = 0;
        for digit in self.whole.bytes().chain(self.fraction.bytes()) {
            if places <= 0 {
                return Some(value);
            }
            value = value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
            places -= 1;
        }
        if value == 0 {
            return Some(0);
        }
        (0..places).try_fold(value, |value, _| value.checked_mul(10))
    }
}

/// The nanoseconds of the form that nearly every time has, `1760000012.104518`; `None` for any other.
fn plain_decimal(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() > PLAIN_DIGITS_MAX + 1 {
        return None;
    }
    let point = bytes.iter().position(|byte| *byte == b'.')?;
    let (whole, fraction) = (bytes.get(..point)?, bytes.get(point + 1..)?);
    let power = (DIGITS_OF_NANOS as usize).checked_sub(fraction.len())?;
    if whole.is_empty() || fraction.is_empty() {
        return None;
    }
    let mut value: u64 = 0;
    for byte in whole.iter().chain(fraction) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    let value = value.checked_mul(*POWERS_OF_TEN.get(power)?)?;
    i64::try_from(value).ok()
}

/// So many digits always fit in 64 bits.
const PLAIN_DIGITS_MAX: usize = 19;
const POWERS_OF_TEN: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// An exponent beyond what fits in 32 bits is as good as the largest one.
fn parse_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i32>().unwrap_or(i32::MAX / 2).min(i32::MAX / 2);
    Some(if text.starts_with('-') { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(text: &str) -> Option<i64> {
        Timestamp::from_decimal_seconds(text)
            .ok()
            .map(Timestamp::as_nanos)
    }

    #[test]
    fn decimal_text_is_read_exactly() {
        let cases = [
            ("1760000012.104518", Some(1_760_000_012_104_518_000)),
            ("1.760000030201E9", Some(1_760_000_030_201_000_000)),
            ("1.7672256e+9", Some(1_767_225_600_000_000_000)),
            ("1760000012.1234567899", Some(1_760_000_012_123_456_789)),
            ("1760000012.104518123", Some(1_760_000_012_104_518_123)),
            ("1760000012.000000001", Some(1_760_000_012_000_000_001)),
            ("0001760000012.5", Some(1_760_000_012_500_000_000)),
            ("0.5", Some(500_000_000)),
            ("0", Some(0)),
            ("0.0000000001", Some(0)),
            ("15e-1", Some(1_500_000_000)),
            ("0e999999999999", Some(0)),
            ("1e-99999999999", Some(0)),
            ("9223372036.854775807", Some(i64::MAX)),
        ];
        for (text, expected) in cases {
            assert_eq!(nanos(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "-1",
            "1.",
            ".5",
            "1e",
            "1e+",
            "NaN",
            "\"1\"",
            "9223372036.854775808",
            "9223372037.0",
            "99999999999.999",
            "1-0.5",
            "1.5.5",
            "-1.5",
            "1e300",
            "0x10",
            "1 ",
        ] {
            assert_eq!(nanos(text), None, "{text}");
        }
    }

    #[test]
    fn seconds_print_without_trailing_zeros() {
        assert_eq!(Timestamp::from_nanos(1_500_000_000).to_string(), "1.5");
        assert_eq!(Timestamp::from_seconds(2).to_string(), "2.0");
    }

    #[test]
    fn floats_keep_microseconds() {
        let moment = Timestamp::from_decimal_seconds("1760000012.104518").expect("a time");
        assert_eq!(moment.as_seconds_f64(), 1_760_000_012.104_518);
    }
}
