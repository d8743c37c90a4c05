//! What all clients of a rule did in ten seconds (`spec/sampling.md` 8.3).

use clock::Timestamp;

use crate::report::Report;

/// The last ten seconds of a rule that are over, all clients together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The rule.
    pub rule_name: Box<str>,
    /// When the ten seconds began.
    pub window_start: Timestamp,
    /// Requests that the rule was about.
    pub requests: u64,
    /// Requests that were recorded, never more than there were.
    pub sampled: u64,
    /// Requests recorded without a quota, never more than there were.
    pub borrowed: u64,
}

/// The window that reports go to now, and the one before it.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    open: Option<Window>,
    closed: Option<Window>,
    last_report: Timestamp,
}

#[derive(Debug, Default, Clone, Copy)]
struct Window {
    start_second: i64,
    requests: u64,
    sampled: u64,
    borrowed: u64,
}

impl Windows {
    /// Adds a report to the window in which it was received.
    pub(crate) fn add(&mut self, report: &Report<'_>, now: Timestamp) {
        let start_second = start_of(now);
        if self.open.is_none_or(|open| open.start_second != start_second) {
            self.closed = self.open.replace(Window {
                start_second,
                ..Window::default()
            });
        }
        if let Some(open) = &mut self.open {
            open.requests = open.requests.saturating_add(report.requests);
            open.sampled = open.sampled.saturating_add(report.sampled);
            open.borrowed = open.borrowed.saturating_add(report.borrowed);
        }
        self.last_report = now;
    }

    /// The last window that is over; `None` before there is one and after a minute without reports.
    pub(crate) fn summary(&self, rule_name: &str, now: Timestamp) -> Option<Summary> {
        let is_over = |window: &Window| window.start_second < start_of(now);
        let last = self.open.filter(is_over).or(self.closed)?;
        let silent_seconds = now.seconds() - self.last_report.seconds();
        (silent_seconds <= SILENT_SECONDS_MAX).then(|| Summary {
            rule_name: rule_name.into(),
            window_start: Timestamp::from_seconds(last.start_second),
            requests: last.requests,
            sampled: last.sampled.min(last.requests),
            borrowed: last.borrowed.min(last.requests),
        })
    }
}

fn start_of(now: Timestamp) -> i64 {
    now.seconds().div_euclid(WINDOW_SECONDS) * WINDOW_SECONDS
}

const WINDOW_SECONDS: i64 = 10;
const SILENT_SECONDS_MAX: i64 = 60;
