//! Tags of groups and sampling rules (`spec/api.md` 7.5).

use crate::shape::shapes;

shapes! {
    /// A key and its value on a resource.
    pub struct Tag {
        /// 1 to 128 characters.
        pub key: Option<String>,
        /// 0 to 256 characters.
        pub value: Option<String>,
    }
}
