//! What a text costs to read, counted in bytes that are looked at: never more than a few times its length.

use super::*;
use crate::Filter;
use crate::token::steps;

/// Texts of about so many characters that someone may think of to make reading slow.
fn hostile(characters: usize) -> Vec<String> {
    let open = [
        "(",
        "!",
        "!(",
        "not ",
        "service(){",
        "edge(",
        "id(",
        "annotation[",
        "\"",
        "'",
        "\\",
        "\"\\",
        "ok or ",
        "ok ok ",
        "and ",
        "or ",
        "a.",
        ":",
        "id(name:",
        "rootcause.json = #[",
        "rootcause.fault.entity{",
        "-",
        "9",
        "1e",
        ".",
        "=",
        "<",
        "annotation.",
        "service(\"a\") { ok } ",
        "service(id(name:\"a\",type:\"b\")) ",
        "user = \"\\u0041\" ",
        "\u{1f600}",
        "\u{feff}",
        "\u{fffd}",
        "\u{0}",
        "\t",
        "\n",
        "group.name=",
        "http.status = 9e9 ",
    ];
    open.iter()
        .map(|piece| piece.repeat(characters / piece.chars().count()))
        .collect()
}

#[test]
fn filter_expressions_1_no_text_costs_more_than_a_few_times_its_length() {
    for characters in [500, 1_000, 2_000] {
        for text in hostile(characters) {
            for text in [text.clone(), format!("user = {text}"), format!("ok AND ({text}")] {
                let steps = steps::of(|| drop(text.parse::<Filter>()));
                assert!(
                    steps <= 4 * text.len() + 64,
                    "{steps} for {} bytes: {text:.40}",
                    text.len()
                );
            }
        }
    }
}

#[test]
fn filter_expressions_1_what_is_too_long_or_too_deep_is_not_read_to_its_end() {
    let too_long = "(ok) ".repeat(1_000_000);
    assert_eq!(steps::of(|| drop(parse(&too_long).map(|_| ()))), 0);
    let too_deep = "(".repeat(2_000);
    assert!(steps::of(|| drop(parse(&too_deep).map(|_| ()))) < 200);
}

/// A thread with little stack reads and judges the deepest text that is taken.
#[test]
fn filter_expressions_1_the_deepest_text_needs_little_stack() {
    let reading = std::thread::Builder::new().stack_size(512 << 10).spawn(|| {
        for (open, close) in [("(", ")"), ("!", ""), ("not ", ""), ("!(", ")")] {
            let levels = 64 / open.trim_end().replace("not", "!").len();
            let text = format!("{}ok{}", open.repeat(levels), close.repeat(levels));
            let filter: Filter = text.parse().expect("a filter");
            assert_eq!(filter.to_string().parse(), Ok(filter));
            assert!(format!("{}{text}", "(".repeat(1_900)).parse::<Filter>().is_err());
        }
    });
    reading.expect("a thread").join().expect("no overflow");
}
