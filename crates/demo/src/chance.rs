//! Chance that repeats: every draw follows from the seed.
//! The generator is SplitMix64; durations are log-normal, as real ones nearly are.

use std::f64::consts::TAU;
use std::time::Duration;

#[derive(Debug, Clone)]
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A stream of its own, so that one visit's draws never shift another's.
    pub(crate) fn fork(&mut self) -> Self {
        Self { state: self.number() }
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but not including, `bound`; 0 if there is none.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.number().checked_rem(bound).unwrap_or(0)
    }

    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, choices: &[T; N]) -> T {
        choices[self.below(N as u64) as usize]
    }

    /// A log-normal duration: half of them below the median, a long tail above.
    pub(crate) fn around(&mut self, median_ms: f64, spread: f64) -> Duration {
        let ms = median_ms * (spread * self.normal().clamp(-3.5, 3.5)).exp();
        Duration::from_nanos((ms * 1e6) as u64)
    }

    /// The id of a segment, subsegment or exception: never the all-zero placeholder.
    pub(crate) fn id(&mut self) -> String {
        format!("{:016x}", self.number().max(1))
    }

    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            text.push_str(&self.id());
        }
        text.truncate(digits);
        text
    }

    pub(crate) fn uuid(&mut self) -> String {
        let (a, b, c, d, e) = (self.hex(8), self.hex(4), self.hex(3), self.hex(3), self.hex(12));
        format!("{a}-{b}-4{c}-a{d}-{e}")
    }

    /// The request id of an AWS answer: 26 capital letters and digits, as SQS and DynamoDB print them.
    pub(crate) fn request_id(&mut self) -> String {
        (0..26)
            .map(|_| char::from(self.pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")))
            .collect()
    }

    fn unit(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Box and Muller's way from two even draws to a normal one.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }
}
