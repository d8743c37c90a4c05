//! What happened in a run: a hash of all of it, and the steps in words.

use std::fmt;

/// What happened so far.
#[derive(Debug)]
pub(crate) struct History {
    hash: u64,
    step: u64,
    steps: Vec<String>,
    /// All that the hash is of, each with its step.
    happened: Vec<(u64, Happened)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Happened {
    Words(String),
    Number(u64),
}

/// Something that must hold did not.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// How many steps were to be made, and in which it happened.
    pub steps: (u64, u64),
    /// What is wrong.
    pub what: String,
    /// All steps so far.
    pub history: Vec<String>,
}

impl Default for History {
    fn default() -> History {
        History {
            hash: 0xCBF2_9CE4_8422_2325,
            step: 0,
            steps: vec![],
            happened: vec![],
        }
    }
}

impl History {
    /// A step begins.
    pub(crate) fn begin(&mut self, name: &str) {
        self.step += 1;
        self.steps.push(format!("{:>4} {name}", self.step));
        self.mix(name);
    }

    /// What the step did, in words.
    pub(crate) fn note(&mut self, happened: &str) {
        if let Some(last) = self.steps.last_mut() {
            last.push_str(": ");
            last.push_str(happened);
        }
        self.mix(happened);
    }

    /// What is not worth words.
    pub(crate) fn detail(&mut self, happened: &str) {
        self.mix(happened);
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.hash = (self.hash ^ number)
            .wrapping_mul(0x0000_0100_0000_01B3)
            .rotate_left(23);
        self.happened.push((self.step, Happened::Number(number)));
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// Where another history of the same seed is another one, in words; `None` if it is not.
    pub(crate) fn parts_from(&self, other: &History) -> Option<String> {
        if self.happened == other.happened {
            return None;
        }
        let pairs = self.happened.iter().zip(&other.happened);
        let alike = pairs.take_while(|(one, two)| one == two).count();
        let [first, second] = [self, other].map(|history| history.happened.get(alike));
        Some(format!("after {alike} entries {first:?}, then {second:?}"))
    }

    pub(crate) fn failure(&self, seed: u64, steps: u64, what: String) -> Failure {
        Failure {
            seed,
            steps: (steps, self.step),
            what,
            history: self.steps.clone(),
        }
    }

    fn mix(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        self.happened.push((self.step, Happened::Words(text.to_owned())));
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (steps, step) = self.steps;
        writeln!(f, "seed {} failed in step {step}: {}", self.seed, self.what)?;
        let told = if f.alternate() {
            self.history.len()
        } else {
            LAST_STEPS
        };
        for step in self.history.iter().skip(self.history.len().saturating_sub(told)) {
            writeln!(f, "  {step}")?;
        }
        write!(f, "replay: scripts/sim.sh --seed {} --steps {steps}", self.seed)
    }
}

const LAST_STEPS: usize = 12;
