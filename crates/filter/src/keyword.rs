//! The words of the language: the table of `spec/filter-expressions.md` 5 as rows, and the words besides.

/// What a keyword's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyword {
    Boolean(BooleanKeyword),
    Number(NumberKeyword),
    Text(TextKeyword),
}

/// Keywords that are true or false and never missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BooleanKeyword {
    Ok,
    Error,
    Throttle,
    Fault,
    Partial,
    Inferred,
    Remote,
    Root,
    First,
    Last,
}

/// Keywords with a number; times are seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberKeyword {
    ResponseTime,
    Duration,
    HttpStatus,
    Index,
    Coverage,
}

/// Keywords with a text, several of them at trace scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKeyword {
    HttpUrl,
    HttpMethod,
    HttpUserAgent,
    HttpClientIp,
    User,
    Name,
    Type,
    Message,
    AvailabilityZone,
    InstanceId,
    ResourceArn,
    AccountId,
}

/// What is being tested (section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Trace,
    Node,
    Edge,
    CauseService,
    CauseEntity,
    Exception,
}

/// What a root cause is the cause of (section 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CauseKind {
    Fault,
    Error,
    ResponseTime,
}

/// Which entries of a root cause are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CauseLevel {
    Service,
    Entity,
    Exception,
}

/// What a word that begins with `rootcause.` asks for (section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CauseForm {
    /// Whether there is one of the kind.
    Any(CauseKind),
    /// Whether it has such an entry, perhaps one that satisfies a block.
    Entry(CauseKind, CauseLevel),
    /// Whether those of the kind, or of any, match patterns.
    Patterns(Option<CauseKind>),
}

/// Which property of a group is compared (section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupProperty {
    Name,
    Arn,
}

/// A row of the table: the letters are the scopes of section 4.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) keyword: Keyword,
    scopes: &'static str,
}

impl Row {
    /// The row of a word.
    pub(crate) fn find(word: &str) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.name.eq_ignore_ascii_case(word))
    }

    /// Whether the keyword may stand there.
    pub(crate) fn is_defined_in(&self, scope: Scope) -> bool {
        self.scopes.contains(scope.letter())
    }
}

impl Keyword {
    /// How it is written.
    pub(crate) fn name(self) -> &'static str {
        ROWS.iter()
            .find(|row| row.keyword == self)
            .map_or("", |row| row.name)
    }
}

impl CauseKind {
    /// The kind, or all of them where none is given.
    pub(crate) fn of(given: Option<CauseKind>) -> impl Iterator<Item = &'static CauseKind> {
        CAUSE_KINDS
            .iter()
            .filter(move |kind| given.is_none_or(|given| given == **kind))
    }

    /// How it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CauseKind::Fault => "fault",
            CauseKind::Error => "error",
            CauseKind::ResponseTime => "responsetime",
        }
    }
}

impl CauseLevel {
    /// How it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CauseLevel::Service => "service",
            CauseLevel::Entity => "entity",
            CauseLevel::Exception => "exception",
        }
    }

    /// What a block after it tests.
    pub(crate) fn scope(self) -> Scope {
        match self {
            CauseLevel::Service => Scope::CauseService,
            CauseLevel::Entity => Scope::CauseEntity,
            CauseLevel::Exception => Scope::Exception,
        }
    }
}

impl GroupProperty {
    /// How it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            GroupProperty::Name => "group.name",
            GroupProperty::Arn => "group.arn",
        }
    }
}

impl Scope {
    fn letter(self) -> char {
        match self {
            Scope::Trace => 'T',
            Scope::Node => 'N',
            Scope::Edge => 'E',
            Scope::CauseService => 'S',
            Scope::CauseEntity => 'Y',
            Scope::Exception => 'X',
        }
    }
}

/// What a word that begins with `rootcause.` asks for; `None` where there is no such word.
pub(crate) fn cause_form(word: &str) -> Option<CauseForm> {
    let lower = word.to_ascii_lowercase();
    let form = lower.strip_prefix(CAUSE)?;
    if form == "json" {
        return Some(CauseForm::Patterns(None));
    }
    let (kind, level) = match form.split_once('.') {
        Some((kind, level)) => (kind, Some(level)),
        None => (form, None),
    };
    let kind = CAUSE_KINDS.into_iter().find(|known| known.name() == kind)?;
    match (level, kind) {
        (None, _) => Some(CauseForm::Any(kind)),
        (Some("json"), _) => Some(CauseForm::Patterns(Some(kind))),
        (Some("service"), _) => Some(CauseForm::Entry(kind, CauseLevel::Service)),
        (Some("entity"), _) => Some(CauseForm::Entry(kind, CauseLevel::Entity)),
        (Some("exception"), CauseKind::Fault | CauseKind::Error) => {
            Some(CauseForm::Entry(kind, CauseLevel::Exception))
        }
        (Some(_), _) => None,
    }
}

/// Which property of a group a word stands for; `None` where it stands for none.
pub(crate) fn group_property(word: &str) -> Option<GroupProperty> {
    [GroupProperty::Name, GroupProperty::Arn]
        .into_iter()
        .find(|property| property.name().eq_ignore_ascii_case(word))
}

/// Whether some word of the language is this one.
pub(crate) fn is_known(word: &str) -> bool {
    vocabulary().any(|known| known.eq_ignore_ascii_case(word))
}

/// The part of an unknown word that a problem names: its longest prefix that some known word begins with, and the
/// character after it (section 11).
pub(crate) fn unknown_part(word: &str) -> &str {
    let prefix_length = |known: &str| {
        let pairs = known.bytes().zip(word.bytes());
        pairs
            .take_while(|(known, byte)| *known == byte.to_ascii_lowercase())
            .count()
    };
    let prefix = vocabulary().map(prefix_length).max().unwrap_or(0);
    // Known words are ASCII, so the prefix ends between two characters.
    let next = word
        .get(prefix..)
        .and_then(|rest| rest.chars().next())
        .map_or(0, char::len_utf8);
    word.get(..prefix + next).unwrap_or(word)
}

fn vocabulary() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name).chain(OTHER_WORDS.iter().copied())
}

const fn boolean(name: &'static str, keyword: BooleanKeyword, scopes: &'static str) -> Row {
    Row {
        name,
        keyword: Keyword::Boolean(keyword),
        scopes,
    }
}

const fn number(name: &'static str, keyword: NumberKeyword, scopes: &'static str) -> Row {
    Row {
        name,
        keyword: Keyword::Number(keyword),
        scopes,
    }
}

const fn text(name: &'static str, keyword: TextKeyword, scopes: &'static str) -> Row {
    Row {
        name,
        keyword: Keyword::Text(keyword),
        scopes,
    }
}

const ROWS: &[Row] = &[
    boolean("ok", BooleanKeyword::Ok, "TNE"),
    boolean("error", BooleanKeyword::Error, "TNE"),
    boolean("throttle", BooleanKeyword::Throttle, "TNE"),
    boolean("fault", BooleanKeyword::Fault, "TNE"),
    boolean("partial", BooleanKeyword::Partial, "TNE"),
    boolean("inferred", BooleanKeyword::Inferred, "TNSY"),
    boolean("remote", BooleanKeyword::Remote, "TY"),
    boolean("root", BooleanKeyword::Root, "TN"),
    boolean("first", BooleanKeyword::First, "SYX"),
    boolean("last", BooleanKeyword::Last, "SYX"),
    number("responsetime", NumberKeyword::ResponseTime, "TNE"),
    number("duration", NumberKeyword::Duration, "TNE"),
    number("http.status", NumberKeyword::HttpStatus, "TNE"),
    number("index", NumberKeyword::Index, "SYX"),
    number("coverage", NumberKeyword::Coverage, "Y"),
    text("http.url", TextKeyword::HttpUrl, "TNE"),
    text("http.method", TextKeyword::HttpMethod, "TNE"),
    text("http.useragent", TextKeyword::HttpUserAgent, "TNE"),
    text("http.clientip", TextKeyword::HttpClientIp, "TNE"),
    text("user", TextKeyword::User, "TN"),
    text("name", TextKeyword::Name, "TNSYX"),
    text("type", TextKeyword::Type, "TNSY"),
    text("message", TextKeyword::Message, "TNX"),
    text("availabilityzone", TextKeyword::AvailabilityZone, "TN"),
    text("instance.id", TextKeyword::InstanceId, "TN"),
    text("resource.arn", TextKeyword::ResourceArn, "TN"),
    text("account.id", TextKeyword::AccountId, "TNSY"),
];

/// Where annotations may stand.
pub(crate) fn has_annotations(scope: Scope) -> bool {
    matches!(scope, Scope::Trace | Scope::Node | Scope::Edge)
}

const OTHER_WORDS: [&str; 16] = [
    "and",
    "or",
    "not",
    "service",
    "edge",
    "id",
    "group.name",
    "group.arn",
    "rootcause",
    "annotation",
    "json",
    "true",
    "false",
    "contains",
    "beginswith",
    "endswith",
];

const CAUSE_KINDS: [CauseKind; 3] = [CauseKind::Fault, CauseKind::Error, CauseKind::ResponseTime];

const CAUSE: &str = "rootcause.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_named_up_to_where_it_leaves_the_known_ones() {
        for (word, part) in [
            ("madeup", "ma"),
            ("http.statuscode", "http.statusc"),
            ("LIKE", "LI"),
            ("IN", "IN"),
            ("&&", "&"),
            ("1-68e77832", "1"),
            ("김", "김"),
            ("user김", "user김"),
            ("rootcause.responsetime.exception", "rootcause."),
            ("annotation.", "annotation."),
        ] {
            assert_eq!(unknown_part(word), part, "{word}");
        }
    }

    #[test]
    fn only_the_forms_of_the_grammar_are_root_causes() {
        assert_eq!(
            cause_form("RootCause.Fault"),
            Some(CauseForm::Any(CauseKind::Fault))
        );
        assert_eq!(cause_form("rootcause.json"), Some(CauseForm::Patterns(None)));
        assert_eq!(
            cause_form("rootcause.error.exception"),
            Some(CauseForm::Entry(CauseKind::Error, CauseLevel::Exception))
        );
        for word in [
            "rootcause",
            "rootcause.",
            "rootcause.fault.",
            "rootcause.json.fault",
            "rootcause.responsetime.exception",
        ] {
            assert_eq!(cause_form(word), None, "{word}");
        }
    }
}
