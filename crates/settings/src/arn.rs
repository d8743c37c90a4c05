//! Names of records that hold everywhere (`spec/api.md` 2).

use clock::Randomness;

/// Where this server says that it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The region, such as `us-east-1`.
    pub region: String,
    /// Twelve digits.
    pub account_id: String,
}

impl Home {
    /// The ARN of the group of everything.
    pub(crate) fn default_group_arn(&self, name: &str) -> String {
        self.arn(&format!("group/{name}"))
    }

    /// The ARN of a new group: its suffix is by chance, so that a group that is made again is another one.
    pub(crate) fn new_group_arn(&self, name: &str, chance: &dyn Randomness) -> String {
        let mut random = [0; SUFFIX_BYTES];
        chance.fill(&mut random);
        self.arn(&format!("group/{name}/{}", base32(&random)))
    }

    /// The ARN of a sampling rule.
    pub(crate) fn rule_arn(&self, name: &str) -> String {
        self.arn(&format!("sampling-rule/{name}"))
    }

    /// The ARN of a key of KMS that was named by its id, its alias or its ARN.
    pub(crate) fn key_arn(&self, key: &str) -> String {
        if key.starts_with("arn:") {
            return key.to_owned();
        }
        let kind = if key.starts_with("alias/") { "" } else { "key/" };
        self.arn_of("kms", &format!("{kind}{key}"))
    }

    fn arn(&self, resource: &str) -> String {
        self.arn_of("xray", resource)
    }

    fn arn_of(&self, service: &str, resource: &str) -> String {
        let Home { region, account_id } = self;
        let partition = match region.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        format!("arn:{partition}:{service}:{region}:{account_id}:{resource}")
    }
}

/// Base 32 of RFC 4648 without padding: five bits to a letter, the last ones filled with zeros.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut held_bits) = (0_u16, 0_u32);
    for byte in bytes {
        held = (held << 8) | u16::from(*byte);
        held_bits += 8;
        while held_bits >= 5 {
            held_bits -= 5;
            text.push(letter(held >> held_bits));
        }
        // What was printed does not come back.
        held &= (1 << held_bits) - 1;
    }
    if held_bits > 0 {
        text.push(letter(held << (5 - held_bits)));
    }
    text
}

/// The letter of the lowest five bits.
fn letter(bits: u16) -> char {
    match (bits & 0b1_1111) as u8 {
        value @ 0..26 => char::from(b'A' + value),
        value => char::from(b'2' + (value - 26)),
    }
}

const SUFFIX_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use clock::SeededRandomness;

    use super::*;

    fn home(region: &str) -> Home {
        Home {
            region: region.to_owned(),
            account_id: "111122223333".to_owned(),
        }
    }

    #[test]
    fn base_32_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("ab", "MFRA"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    /// `spec/api.md` 2: 52 characters of base32 after the name, none on Default.
    #[test]
    fn group_arns_have_the_form_of_section_2() {
        let home = home("eu-west-1");
        let chance = SeededRandomness::new(1);
        let arn = home.new_group_arn("slow", &chance);
        let suffix = arn
            .strip_prefix("arn:aws:xray:eu-west-1:111122223333:group/slow/")
            .expect("the form");
        assert_eq!(suffix.len(), 52);
        assert!(
            suffix
                .bytes()
                .all(|letter| letter.is_ascii_uppercase() || matches!(letter, b'2'..=b'7'))
        );
        assert_ne!(home.new_group_arn("slow", &chance), arn);
        assert_eq!(
            home.default_group_arn("Default"),
            "arn:aws:xray:eu-west-1:111122223333:group/Default"
        );
    }

    #[test]
    fn the_partition_follows_the_region() {
        for (region, partition) in [
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-west-2", "aws"),
        ] {
            let arn = home(region).default_group_arn("Default");
            assert!(
                arn.starts_with(&format!("arn:{partition}:xray:{region}:")),
                "{arn}"
            );
        }
    }
}
