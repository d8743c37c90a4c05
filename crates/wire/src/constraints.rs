//! The model's constraints on members: what breaks them is gathered and refused together (`spec/api.md` 4).

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::{Fault, FaultCode};

/// What of a request breaks a constraint of the model. Paths are lower camel case.
#[derive(Debug, Default)]
pub struct Constraints {
    broken: Vec<String>,
}

impl Constraints {
    /// Nothing is broken yet.
    pub fn new() -> Constraints {
        Constraints::default()
    }

    /// The member must be there.
    pub fn required<T>(&mut self, path: &str, member: &Option<T>) {
        if member.is_none() {
            self.broken_by("null", path, "Member must not be null");
        }
    }

    /// A text that is there must have so many characters.
    pub fn length(&mut self, path: &str, member: &Option<String>, characters: RangeInclusive<usize>) {
        if let Some(text) = member {
            self.length_of(path, text, characters);
        }
    }

    /// This text must have so many characters.
    pub fn length_of(&mut self, path: &str, text: &str, characters: RangeInclusive<usize>) {
        if let Some(rule) = size_rule(text.chars().count(), &characters) {
            self.broken_by(&format!("'{text}'"), path, &rule);
        }
    }

    /// A list or map that is there must have so many elements.
    pub fn count(&mut self, path: &str, elements: usize, allowed: RangeInclusive<usize>) {
        if let Some(rule) = size_rule(elements, &allowed) {
            self.broken
                .push(format!("Value at '{path}' failed to satisfy constraint: {rule}"));
        }
    }

    /// A number that is there must lie in this range.
    pub fn within<N: PartialOrd + Display>(
        &mut self,
        path: &str,
        member: &Option<N>,
        allowed: RangeInclusive<N>,
    ) {
        let Some(value) = member else { return };
        let (least, most) = allowed.into_inner();
        let rule = match () {
            () if *value < least => format!("Member must have value greater than or equal to {least}"),
            () if *value > most => format!("Member must have value less than or equal to {most}"),
            () => return,
        };
        self.broken_by(&format!("'{value}'"), path, &rule);
    }

    /// A text that is there must be one of these.
    pub fn one_of(&mut self, path: &str, member: &Option<String>, allowed: &[&str]) {
        if let Some(text) = member.as_deref().filter(|text| !allowed.contains(text)) {
            let rule = format!("Member must satisfy enum value set: [{}]", allowed.join(", "));
            self.broken_by(&format!("'{text}'"), path, &rule);
        }
    }

    /// A text that is there must follow this pattern, which `follows` decides.
    pub fn pattern(
        &mut self,
        path: &str,
        member: &Option<String>,
        pattern: &str,
        follows: impl Fn(&str) -> bool,
    ) {
        if let Some(text) = member.as_deref().filter(|text| !follows(text)) {
            let rule = format!("Member must satisfy regular expression pattern: {pattern}");
            self.broken_by(&format!("'{text}'"), path, &rule);
        }
    }

    /// What was gathered.
    ///
    /// # Errors
    /// One ValidationException that names everything, if there is anything.
    pub fn check(self) -> Result<(), Fault> {
        let errors = match self.broken.len() {
            0 => return Ok(()),
            1 => "error",
            _ => "errors",
        };
        let message = format!(
            "{} validation {errors} detected: {}",
            self.broken.len(),
            self.broken.join("; ")
        );
        Err(Fault {
            code: FaultCode::ValidationException,
            message,
            resource_name: None,
        })
    }

    fn broken_by(&mut self, value: &str, path: &str, rule: &str) {
        self.broken.push(format!(
            "Value {value} at '{path}' failed to satisfy constraint: {rule}"
        ));
    }
}

fn size_rule(size: usize, allowed: &RangeInclusive<usize>) -> Option<String> {
    let (least, most) = (allowed.start(), allowed.end());
    if size < *least {
        Some(format!(
            "Member must have length greater than or equal to {least}"
        ))
    } else if size > *most {
        Some(format!("Member must have length less than or equal to {most}"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(gather: impl FnOnce(&mut Constraints)) -> String {
        let mut constraints = Constraints::new();
        gather(&mut constraints);
        constraints
            .check()
            .map_or_else(|fault| fault.message, |()| String::new())
    }

    #[test]
    fn what_satisfies_every_constraint_is_not_refused() {
        let fine = told(|constraints| {
            constraints.required("priority", &Some(1));
            constraints.within("priority", &Some(9_999), 1..=9_999);
            constraints.within("fixedRate", &None, 0.0..=1.0);
            constraints.length("groupName", &Some("ä".repeat(32)), 1..=32);
            constraints.length("groupName", &None, 1..=32);
            constraints.count("tags", 200, 0..=200);
            constraints.one_of("type", &Some("KMS".to_owned()), &["NONE", "KMS"]);
            constraints.pattern("policyName", &Some("a".to_owned()), "a", |text| text == "a");
        });
        assert_eq!(fine, "");
    }

    /// `spec/api.md` 4: the pattern and each RULE of it.
    #[test]
    fn one_broken_constraint_is_told_in_the_singular() {
        let rule = |gather: fn(&mut Constraints)| {
            let text = told(gather);
            let rule = text.strip_prefix("1 validation error detected: Value ");
            rule.map(str::to_owned).unwrap_or(text)
        };
        assert_eq!(
            rule(|constraints| constraints.within("samplingRule.priority", &Some(0), 1..=9_999)),
            "'0' at 'samplingRule.priority' failed to satisfy constraint: Member must have value greater than or equal to 1"
        );
        assert_eq!(
            rule(|constraints| constraints.within("fixedRate", &Some(1.5), 0.0..=1.0)),
            "'1.5' at 'fixedRate' failed to satisfy constraint: Member must have value less than or equal to 1"
        );
        assert_eq!(
            rule(|constraints| constraints.count("traceIds", 6, 0..=5)),
            "at 'traceIds' failed to satisfy constraint: Member must have length less than or equal to 5"
        );
        assert_eq!(
            rule(|constraints| constraints.length("groupName", &Some(String::new()), 1..=32)),
            "'' at 'groupName' failed to satisfy constraint: Member must have length greater than or equal to 1"
        );
        assert_eq!(
            rule(|constraints| constraints.one_of("type", &Some("X".to_owned()), &["NONE", "KMS"])),
            "'X' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [NONE, KMS]"
        );
        assert_eq!(
            rule(|constraints| constraints.pattern("policyName", &Some("ä".to_owned()), "[\\w]+", |_| false)),
            "'ä' at 'policyName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w]+"
        );
    }

    #[test]
    fn several_broken_constraints_are_told_together() {
        let both = told(|constraints| {
            constraints.required::<i64>("a", &None);
            constraints.required::<i64>("b", &None);
        });
        let rule = "failed to satisfy constraint: Member must not be null";
        assert_eq!(
            both,
            format!("2 validation errors detected: Value null at 'a' {rule}; Value null at 'b' {rule}")
        );
    }
}
