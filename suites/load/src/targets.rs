//! What is wanted of each measure: a floor that must be reached, and a target beyond it. Spans are segments and
//! subsegments; the machine has two cores, which the server shares with this program.

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Aim {
    AtMost {
        floor: f64,
        target: f64,
    },
    AtLeast {
        floor: f64,
        target: f64,
    },
    /// A bound without a target beyond it.
    Under(f64),
    Over(f64),
    /// Told, not judged.
    None,
}

/// How a figure stands to its aim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    TargetMet,
    FloorMet,
    BelowFloor,
    NotJudged,
}

impl Aim {
    pub(crate) fn judge(self, value: f64) -> Verdict {
        let (floor_met, target_met) = match self {
            Aim::AtMost { floor, target } => (value <= floor, value <= target),
            Aim::AtLeast { floor, target } => (value >= floor, value >= target),
            Aim::Under(floor) => (value <= floor, false),
            Aim::Over(floor) => (value >= floor, false),
            Aim::None => return Verdict::NotJudged,
        };
        match (floor_met, target_met) {
            (_, true) => Verdict::TargetMet,
            (true, false) => Verdict::FloorMet,
            (false, false) => Verdict::BelowFloor,
        }
    }

    pub(crate) fn floor(self) -> Option<f64> {
        match self {
            Aim::AtMost { floor, .. } | Aim::AtLeast { floor, .. } | Aim::Under(floor) | Aim::Over(floor) => {
                Some(floor)
            }
            Aim::None => None,
        }
    }

    pub(crate) fn target(self) -> Option<f64> {
        match self {
            Aim::AtMost { target, .. } | Aim::AtLeast { target, .. } => Some(target),
            Aim::Under(_) | Aim::Over(_) | Aim::None => None,
        }
    }
}

impl Verdict {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Verdict::TargetMet => "target met",
            Verdict::FloorMet => "ok",
            Verdict::BelowFloor => "**below**",
            Verdict::NotJudged => "",
        }
    }
}

const fn at_most(floor: f64, target: f64) -> Aim {
    Aim::AtMost { floor, target }
}

const fn at_least(floor: f64, target: f64) -> Aim {
    Aim::AtLeast { floor, target }
}

/// Seconds of the server for a million spans, in requests of 40 documents or more.
pub(crate) const CPU_PER_MILLION: Aim = at_most(8.0, 3.5);
/// Spans a second.
pub(crate) const INGEST_RATE: Aim = at_least(200_000.0, 500_000.0);
/// Datagrams a second through one socket, none lost.
pub(crate) const UDP_RATE: Aim = at_least(60_000.0, 120_000.0);
/// At 40 000 spans a second, in ms.
pub(crate) const ACKNOWLEDGED_P50: Aim = at_most(5.0, 1.0);
pub(crate) const ACKNOWLEDGED_P99: Aim = at_most(50.0, 5.0);
/// In MB, over five million spans at 200 000 a second.
pub(crate) const MEMORY_AT_RATE: Aim = at_most(384.0, 128.0);
/// In MB, at the highest rate.
pub(crate) const MEMORY_AT_HIGHEST: Aim = at_most(384.0, 192.0);
pub(crate) const DISK_BYTES_PER_SPAN: Aim = at_most(62.0, 36.0);
/// In ms, among five million stored spans or more.
pub(crate) const BY_ID_P50: Aim = at_most(3.0, 0.25);
pub(crate) const BY_ID_P99: Aim = at_most(10.0, 1.0);
pub(crate) const ABSENT_ID: Aim = at_most(5.0, 0.15);
pub(crate) const RARE_ANNOTATION: Aim = at_most(10.0, 0.5);
pub(crate) const SERVICE_AND_MORE: Aim = at_most(15.0, 1.5);
pub(crate) const GRAPH_OF_AN_HOUR: Aim = at_most(50.0, 3.0);
pub(crate) const VISIBLE: Aim = Aim::Under(500.0);
/// In ms, among a million stored traces; the first page of what matches much or needs a scan.
pub(crate) const SERVICE_FAULT: Aim = Aim::Under(50.0);
pub(crate) const RESPONSE_TIME: Aim = Aim::Under(50.0);
/// Traces for each second of a core.
pub(crate) const FULL_SCAN: Aim = Aim::Over(1_000_000.0);
/// In seconds, killed at 40 000 spans a second.
pub(crate) const RESTART_AT_RATE: Aim = at_most(1.0, 0.1);
/// In seconds, killed at the highest rate.
pub(crate) const RESTART_AT_HIGHEST: Aim = at_most(5.0, 1.0);
/// In seconds, after an overload.
pub(crate) const NORMAL_AGAIN: Aim = Aim::Under(5.0);
/// What was acknowledged and is not there after a kill.
pub(crate) const LOST: Aim = Aim::Under(0.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_on_the_bound_has_met_it() {
        let lower_is_better = at_most(8.0, 3.5);
        assert_eq!(lower_is_better.judge(3.5), Verdict::TargetMet);
        assert_eq!(lower_is_better.judge(8.0), Verdict::FloorMet);
        assert_eq!(lower_is_better.judge(8.1), Verdict::BelowFloor);
        let higher_is_better = at_least(200.0, 500.0);
        assert_eq!(higher_is_better.judge(500.0), Verdict::TargetMet);
        assert_eq!(higher_is_better.judge(200.0), Verdict::FloorMet);
        assert_eq!(higher_is_better.judge(199.0), Verdict::BelowFloor);
        assert_eq!(Aim::Under(1.0).judge(0.0), Verdict::FloorMet);
        assert_eq!(Aim::Over(1.0).judge(0.0), Verdict::BelowFloor);
        assert_eq!(Aim::None.judge(0.0), Verdict::NotJudged);
    }
}
