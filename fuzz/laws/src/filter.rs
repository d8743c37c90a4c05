//! Text → filter → text → the same filter.

use std::sync::LazyLock;

use filter::{Filter, Subject, Verdict};
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
    // An escape is longer than what it stands for, so that a text close to the limit can print as one beyond it.
    if printed.chars().count() > CHARACTERS_MAX {
        return;
    }
    let again: Filter = printed
        .parse()
        .unwrap_or_else(|problem| panic!("`{printed}` is no filter: {problem}"));
    assert_eq!(again, filter, "{printed}");
    assert_eq!(again.to_string(), printed);
    let prune = filter.prune();
    assert_eq!(again.prune(), prune, "{printed}");
    for trace in &*SAMPLES {
        let subject = Subject {
            trace,
            home: "",
            groups: &[],
        };
        let matches = filter.matches(&subject);
        assert_eq!(matches, again.matches(&subject), "{printed}");
        let facts = trace.facts();
        let admits = prune.admits(&facts, &filter::index_of(trace, ""));
        assert!(admits || !matches, "{printed}: a match is pruned");
        match filter.judge(&facts) {
            Verdict::Yes => assert!(matches, "{printed}"),
            Verdict::No => assert!(!matches, "{printed}"),
            Verdict::Unknown => {}
        }
    }
}

/// As `filter` limits an expression.
const CHARACTERS_MAX: usize = 2_000;

/// A few traces to ask.
static SAMPLES: LazyLock<Vec<Trace>> = LazyLock::new(|| {
    let lines = seeds::traces();
    let documents = lines.iter().take(3).flat_map(|lines| traces::received(lines));
    documents
        .map(|(id, documents)| Trace::assemble(id, documents))
        .collect()
});
