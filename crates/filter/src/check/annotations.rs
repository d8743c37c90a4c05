//! What an annotation's values are compared with (`spec/filter-expressions.md` 7).

use document::AnnotationValue;

use crate::expression::AnnotationComparison;
use crate::operator::Operator;
use crate::value::{Form, Value};

/// Reads the value in every way in which a stored one may agree with it.
pub(super) fn comparison(operator: Operator, value: Value) -> AnnotationComparison {
    let has_text = value.form == Form::Quoted || value.is_mere_word();
    AnnotationComparison {
        operator,
        equals: equal_to(&value),
        number: value.number(),
        has_text,
        value,
    }
}

/// A text is equal to itself, to the number whose shortest form it is, and to the boolean that it spells.
/// A bare number or boolean is equal to itself however it is written, and to its text.
fn equal_to(value: &Value) -> Vec<AnnotationValue<'static>> {
    let mut equal = vec![AnnotationValue::Text(value.text.to_string().into())];
    let mut add = |typed: AnnotationValue<'static>, text: String| {
        let is_its_text = *text == *value.text;
        if value.form == Form::Bare && !is_its_text {
            equal.push(AnnotationValue::Text(text.into()));
        }
        if value.form == Form::Bare || is_its_text {
            equal.push(typed);
        }
    };
    if let Some(number) = value.number() {
        // Adding zero makes minus zero zero, which it is equal to: both are the text `0`.
        add(AnnotationValue::Number(number), (number + 0.0).to_string());
    }
    if let Some(boolean) = value.boolean() {
        add(AnnotationValue::Boolean(boolean), boolean.to_string());
    }
    equal
}

#[cfg(test)]
mod tests {
    use super::*;
    use AnnotationValue::{Boolean, Number, Text};

    fn equals(text: &str, form: Form) -> Vec<AnnotationValue<'static>> {
        equal_to(&Value {
            text: text.into(),
            form,
        })
    }

    #[test]
    fn values_are_equal_across_types_where_their_texts_agree() {
        let text = |text: &'static str| Text(text.into());
        assert_eq!(equals("13", Form::Quoted), [text("13"), Number(13.0)]);
        assert_eq!(equals("13", Form::Bare), [text("13"), Number(13.0)]);
        assert_eq!(equals("13.0", Form::Quoted), [text("13.0")]);
        assert_eq!(equals("-0", Form::Quoted), [text("-0")]);
        assert_eq!(equals("-0", Form::Bare), [text("-0"), text("0"), Number(0.0)]);
        assert_eq!(
            equals("13.0", Form::Bare),
            [text("13.0"), text("13"), Number(13.0)]
        );
        assert_eq!(equals("true", Form::Quoted), [text("true"), Boolean(true)]);
        assert_eq!(equals("TRUE", Form::Quoted), [text("TRUE")]);
        assert_eq!(
            equals("TRUE", Form::Bare),
            [text("TRUE"), text("true"), Boolean(true)]
        );
        assert_eq!(equals("gold", Form::Bare), [text("gold")]);
    }
}
