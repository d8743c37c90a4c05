//! A part that most entities lack.

use std::fmt;
use std::ops::Deref;

/// A part that most entities lack. It reads as a part with nothing in it, and takes no room until it holds something.
#[derive(Clone)]
pub struct Seldom<T>(Option<Box<T>>);

/// What a part reads as that is not there.
pub trait Absent: PartialEq + 'static {
    /// The part with nothing in it.
    const ABSENT: &'static Self;
}

impl<T: Absent> Seldom<T> {
    /// Keeps the part, if there is anything in it.
    pub fn of(part: T) -> Seldom<T> {
        Seldom((part != *T::ABSENT).then(|| Box::new(part)))
    }
}

impl<T> Default for Seldom<T> {
    fn default() -> Seldom<T> {
        Seldom(None)
    }
}

impl<T: Absent> Deref for Seldom<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or(T::ABSENT)
    }
}

impl<T: Absent + fmt::Debug> fmt::Debug for Seldom<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(formatter)
    }
}
