//! The numbers are from another implementation of XXH3: indexes on disk depend on them.

use super::*;
use AnnotationValue::{Boolean, Number, Text};

#[test]
fn terms_of_version_two_never_change() {
    assert_eq!(TERM_VERSION, 2);
    let long = format!("https://shop.example.com/{}", "a".repeat(300));
    for (term, bits) in [
        (Term::annotation_key("tier"), 0x1b66_2022_92e6_da4c),
        (
            Term::annotation("tier", &Text("gold".into())),
            0xab00_3fb8_0d7f_2fa1,
        ),
        (Term::annotation("n", &Number(13.0)), 0xfe66_b58f_d97b_785b),
        (Term::annotation("b", &Boolean(true)), 0x1c90_dc95_221d_8ed6),
        (Term::any_text(TextKeyword::User), 0x215a_23d7_9920_88a2),
        (Term::text(TextKeyword::HttpUrl, &long), 0x0137_826e_7f91_8a68),
        (Term::status(502.0), 0xebe9_1001_a14b_0a23),
        (Term::status_hundreds(hundreds(502)), 0xe03f_99d1_22ea_dee2),
        (Term::node_of_type("김", "client"), 0xf829_2840_b18a_435e),
        (Term::any_node_flag(Flag::Throttle), 0xb432_602d_69ea_4b28),
        (Term::node_flag("cart", Flag::Fault), 0x7a0d_9a02_3694_7539),
        (Term::edge("web", "cart"), 0xcbfd_2659_c6f3_01ce),
    ] {
        assert_eq!(term.bits(), bits, "{term:?}");
        assert_eq!(Term::from_bits(bits), term);
    }
}

#[test]
fn a_number_is_its_value() {
    assert_eq!(
        Term::annotation("n", &Number(0.0)),
        Term::annotation("n", &Number(-0.0))
    );
    assert_ne!(
        Term::annotation("n", &Number(1.0)),
        Term::annotation("n", &Text("1".into()))
    );
}

#[test]
fn hundreds_are_those_of_a_status() {
    for (status, expected) in [
        (i64::MIN, 0),
        (-1, 0),
        (0, 1),
        (99, 1),
        (200, 3),
        (599, 6),
        (1_000, 11),
        (i64::MAX, 11),
    ] {
        assert_eq!(hundreds(status), expected, "{status}");
    }
}
