//! Patterns of rules: `*` stands for any characters, `?` for exactly one (`spec/sampling.md` 4).

/// Whether the whole text fits the pattern, whatever the case of either.
///
/// Goes back to the last `*` only, so it takes at most the product of both lengths.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_text) = (0, 0);
    // Where the last `*` stands, and how far in the text it reaches so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(in_text) {
        match (pattern.get(at), star) {
            (Some('*'), _) => {
                star = Some((at, in_text));
                at += 1;
            }
            (Some(wanted), _) if *wanted == '?' || is_same(*wanted, *character) => {
                at += 1;
                in_text += 1;
            }
            (_, Some((star_at, reach))) => {
                star = Some((star_at, reach + 1));
                at = star_at + 1;
                in_text = reach + 1;
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

fn is_same(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_4_patterns_match_as_its_table_says() {
        let cases = [
            ("*", "", true),
            ("/api/*", "/API/users/7", true),
            ("/api/*", "/api", false),
            ("GE?", "get", true),
            ("GE?", "GE", false),
            ("a*b*c", "aXXbYYbZc", true),
            ("", "x", false),
            // Beyond the table.
            ("", "", true),
            ("**", "x", true),
            ("*.shop.test", "a.shop.test.shop.test", true),
            ("*a", "ab", false),
            ("?", "가", true),
            ("É*", "éa", true),
            ("a.c", "abc", false),
            ("[a]", "a", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "`{pattern}` on `{text}`");
        }
    }

    #[test]
    fn many_stars_on_a_long_text_do_not_explode() {
        assert!(!matches(&"*a".repeat(200), &"a".repeat(199)));
        assert!(!matches(&format!("{}b", "*a".repeat(200)), &"a".repeat(5_000)));
    }

    proptest::proptest! {
        #[test]
        fn patterns_agree_with_their_definition(pattern in "[ab?*]{0,8}", text in "[abAB]{0,8}") {
            proptest::prop_assert_eq!(matches(&pattern, &text), defined(pattern.as_bytes(), text.as_bytes()));
        }
    }

    /// The definition itself, without a care for time.
    fn defined(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], _) => text.is_empty(),
            ([b'*', rest @ ..], _) => (0..=text.len()).any(|taken| defined(rest, &text[taken..])),
            ([_, ..], []) => false,
            ([wanted, rest @ ..], [first, others @ ..]) => {
                (*wanted == b'?' || wanted.eq_ignore_ascii_case(first)) && defined(rest, others)
            }
        }
    }
}
