//! The numbers are from another implementation of XXH3: indexes on disk depend on them.

use super::*;
use AnnotationValue::{Boolean, Number, Text};

#[test]
fn terms_of_version_one_never_change() {
    assert_eq!(TERM_VERSION, 1);
    let long = format!("https://shop.example.com/{}", "a".repeat(300));
    for (term, bits) in [
        (Term::annotation_key("tier"), 0xabd0_c390_3a8a_43b8),
        (
            Term::annotation("tier", &Text("gold".into())),
            0x0e1a_01e1_a0e8_5dc0,
        ),
        (Term::annotation("n", &Number(13.0)), 0xcccf_3151_8b71_f764),
        (Term::annotation("b", &Boolean(true)), 0x659c_c3e8_170d_1651),
        (Term::any_text(TextKeyword::User), 0x057a_46bf_df89_8504),
        (Term::text(TextKeyword::HttpUrl, &long), 0x2dfb_54cb_dd49_ea52),
        (Term::status(502.0), 0x869b_83b8_5510_ba78),
        (Term::status_hundreds(hundreds(502)), 0xcafd_1b47_6746_443e),
        (Term::node_of_type("김", "client"), 0xf31d_e6b1_a200_316b),
        (Term::any_node_flag(Flag::Throttle), 0xde2c_a043_13f2_7ae0),
        (Term::node_flag("cart", Flag::Fault), 0xee19_78af_f901_2e51),
        (Term::edge("web", "cart"), 0xbdcc_721c_7893_217f),
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
