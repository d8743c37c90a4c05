//! What was measured, as Markdown.

use std::fmt::{self, Display};

use crate::latencies::median;
use crate::meter::Usage;
use crate::targets::Aim;

/// All figures of one run.
#[derive(Debug)]
pub(crate) struct Report {
    /// Lines about machine, commit and size, without their dashes.
    pub(crate) facts: Vec<String>,
    pub(crate) sections: Vec<Section>,
}

/// Figures that belong together.
#[derive(Debug)]
pub(crate) struct Section {
    title: String,
    rows: Vec<Row>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Row {
    measure: String,
    unit: &'static str,
    aim: Aim,
    /// `None` where nothing could be measured.
    value: Option<f64>,
}

impl Section {
    pub(crate) fn new(title: impl Into<String>) -> Section {
        Section {
            title: title.into(),
            rows: vec![],
            notes: vec![],
        }
    }

    pub(crate) fn row(
        &mut self,
        measure: impl Into<String>,
        unit: &'static str,
        aim: Aim,
        value: Option<f64>,
    ) {
        self.rows.push(Row {
            measure: measure.into(),
            unit,
            aim,
            value,
        });
    }

    /// Several runs of the same: their median, and the lot in a note.
    pub(crate) fn median(&mut self, measure: &str, unit: &'static str, aim: Aim, values: &[f64]) {
        self.row(measure, unit, aim, median(values.to_vec()));
        if values.len() > 1 {
            let all: Vec<String> = values.iter().copied().map(figure).collect();
            self.note(format!("{measure}: median of {}", all.join(", ")));
        }
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// How far others were in the way.
    pub(crate) fn disturbed(&mut self, during: &str, usage: &Usage) {
        self.note(format!(
            "{during}: {:.0} s; cores: server {:.2}, generator {:.2}, others on the machine {:.2}",
            usage.seconds,
            usage.server_cpu_seconds / usage.seconds,
            usage.own_cores,
            usage.cores_of_others
        ));
    }
}

impl Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "# Load report\n")?;
        for fact in &self.facts {
            writeln!(formatter, "- {fact}")?;
        }
        for section in &self.sections {
            write!(formatter, "\n{section}")?;
        }
        Ok(())
    }
}

impl Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "## {}\n", self.title)?;
        writeln!(formatter, "| Measure | Unit | Floor | Target | Measured | |")?;
        writeln!(formatter, "|---|---|--:|--:|--:|---|")?;
        for row in &self.rows {
            let cell = |value: Option<f64>| value.map_or_else(String::new, figure);
            let verdict = row
                .value
                .map_or("not measured", |value| row.aim.judge(value).text());
            writeln!(
                formatter,
                "| {} | {} | {} | {} | {} | {verdict} |",
                row.measure.replace('|', "\\|"),
                row.unit,
                cell(row.aim.floor()),
                cell(row.aim.target()),
                cell(row.value),
            )?;
        }
        if !self.notes.is_empty() {
            writeln!(formatter)?;
        }
        for note in &self.notes {
            writeln!(formatter, "- {note}")?;
        }
        Ok(())
    }
}

/// Three digits that count, and no more than a reader needs.
fn figure(value: f64) -> String {
    let size = value.abs();
    if size >= 1_000.0 {
        grouped(value.round() as i64)
    } else if size >= 100.0 || value == value.round() {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// `1 234 567`
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_floor_target_figure_and_verdict() {
        let mut section = Section::new("Ingest");
        let aim = Aim::AtMost {
            floor: 8.0,
            target: 3.5,
        };
        section.row("CPU", "s", aim, Some(5.125));
        section.row("CPU", "s", aim, Some(9.0));
        section.row("rate", "spans/s", Aim::Over(200_000.0), Some(1_234_567.4));
        section.row("a|b", "ms", Aim::None, None);
        section.note("noisy");
        let report = Report {
            facts: vec!["machine: small".into()],
            sections: vec![section],
        };
        let expected = "# Load report\n\n- machine: small\n\n## Ingest\n\n\
            | Measure | Unit | Floor | Target | Measured | |\n|---|---|--:|--:|--:|---|\n\
            | CPU | s | 8 | 3.50 | 5.12 | ok |\n| CPU | s | 8 | 3.50 | 9 | **below** |\n\
            | rate | spans/s | 200 000 |  | 1 234 567 | ok |\n| a\\|b | ms |  |  |  | not measured |\n\n- noisy\n";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn several_runs_are_told_by_their_median() {
        let mut section = Section::new("x");
        section.median("rate", "1/s", Aim::None, &[300.0, 100.0, 200.0]);
        assert!(section.to_string().contains("| rate | 1/s |  |  | 200 |  |"));
        assert!(section.to_string().contains("- rate: median of 300, 100, 200"));
    }

    #[test]
    fn figures_have_three_digits_that_count() {
        let cases = [
            (0.123, "0.12"),
            (9.0, "9"),
            (12.34, "12.3"),
            (123.4, "123"),
            (12_345.6, "12 346"),
        ];
        for (value, expected) in cases {
            assert_eq!(figure(value), expected);
        }
    }
}
