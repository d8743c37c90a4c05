//! What every shape is: a JSON object whose members are spelled as in X-Ray's model.

/// Declares shapes: derives, member spelling, and TypeScript where the console is generated.
macro_rules! shapes {
    ($($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
            #[serde(rename_all = "PascalCase", default)]
            #[cfg_attr(feature = "typescript", ts(optional_fields))]
            pub struct $name { $($fields)* }
        )*
    };
}
pub(crate) use shapes;

/// Leaves a member out when it is absent.
pub(crate) fn absent<T>(member: &Option<T>) -> bool {
    member.is_none()
}
