//! Text → filter → text → the same filter.

use filter::Filter;
use trace::Trace;

use crate::{seeds, traces};

/// A filter prints as one that says the same, and is printed alike again. A problem lies inside the text.
pub fn filter(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let filter: Filter = match text.parse() {
        Ok(filter) => filter,
        Err(problem) => {
            let problem: filter::Problem = problem;
            assert!(!problem.to_string().is_empty());
            return;
        }
    };
    let printed = filter.to_string();
    let again: Filter = printed
        .parse()
        .unwrap_or_else(|problem| panic!("`{printed}` is no filter: {problem}"));
    assert_eq!(again, filter, "{printed}");
    assert_eq!(again.to_string(), printed);
    assert_eq!(
        format!("{:?}", again.conditions()),
        format!("{:?}", filter.conditions())
    );
    for trace in samples() {
        assert_eq!(filter.matches(&trace, ""), again.matches(&trace, ""), "{printed}");
    }
}

/// A few traces to ask.
fn samples() -> Vec<Trace> {
    let mut samples = vec![];
    for lines in seeds::traces().iter().take(3) {
        let traces = traces::received(lines).into_iter();
        samples.extend(traces.map(|(id, documents)| Trace::assemble(id, documents)));
    }
    samples
}
