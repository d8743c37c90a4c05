//! What a filter is asked of, and what it needs to be told besides the trace.

use trace::Trace;

/// A trace with what it cannot say of itself.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// The trace, as it is assembled now.
    pub trace: &'s Trace,
    /// The server's own account, which nodes do not print, as in [`Trace::nodes`].
    pub home: &'s str,
    /// The groups whose current expression the trace matches, `Default` among them: membership is for those to say
    /// who keep the groups (`spec/filter-expressions.md` 9).
    pub groups: &'s [GroupRef<'s>],
}

/// A group that a trace is a member of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupRef<'s> {
    /// Its name.
    pub name: &'s str,
    /// Its ARN.
    pub arn: &'s str,
}

/// How an expression names a group. Whether there is such a group the language does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKey<'f> {
    /// `group.name = "..."`
    Name(&'f str),
    /// `group.arn = "..."`
    Arn(&'f str),
}
