//! Numbers that look drawn and follow from a seed.

/// SplitMix64: small, quick, and the same everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    /// The numbers of one of many things; neighbours have nothing in common.
    pub(crate) fn of(seed: u64, number: u64) -> Chance {
        Chance::new(mixed(seed ^ mixed(number)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mixed(self.state)
    }

    /// From 0 up to `limit`, without it.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// Log-normal: half of the values are below `median`, and `sigma` says how far the others reach.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    /// Box and Muller's way to a normal value.
    fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.fraction(), self.fraction());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// Above 0, up to 1.
    fn fraction(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

/// Another number for each number, without any visible order.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut word = number;
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_log_normal_values_lie_below_the_median() {
        let mut chance = Chance::new(1);
        let below = (0..10_000)
            .filter(|_| chance.log_normal(40.0, 0.8) < 40.0)
            .count();
        assert!((4_800..5_200).contains(&below), "{below}");
    }

    #[test]
    fn one_value_in_forty_lies_two_sigmas_up() {
        let mut chance = Chance::new(2);
        let above = (0..40_000)
            .filter(|_| chance.log_normal(1.0, 0.5) > 1.0_f64.exp())
            .count();
        assert!((780..1_040).contains(&above), "{above}");
    }
}
