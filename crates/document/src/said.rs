//! What an entity says in texts, read where the sender wrote it.

use std::borrow::Cow;

use crate::EntityId;
use crate::entity::{Entity, Segment};

/// A text of which an entity has at most one (`spec/segment-documents.md` 3 and 4). None is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextMember {
    /// Type of the resource that ran a segment.
    Origin,
    /// User of a segment.
    User,
    /// ARN of the resource that ran a segment.
    ResourceArn,
    /// Full URL of the request.
    HttpUrl,
    /// Method of the request.
    HttpMethod,
    /// User agent of the request.
    HttpUserAgent,
    /// Address of the client, or a list of addresses as sent.
    HttpClientIp,
    /// Account of a segment or of the called resource.
    AccountId,
    /// AWS operation that was called.
    Operation,
    /// DynamoDB table.
    TableName,
    /// SQS queue.
    QueueUrl,
    /// S3 bucket.
    BucketName,
    /// Lambda function.
    FunctionName,
    /// SNS topic.
    TopicArn,
    /// EC2 instance of a segment.
    InstanceId,
    /// Zone of that instance.
    AvailabilityZone,
}

/// An indexed value.
#[derive(Debug, Clone, PartialEq)]
pub enum AnnotationValue<'v> {
    /// A text; its first 1,000 characters are indexed.
    Text(Cow<'v, str>),
    /// A number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
}

/// Why a flag is set (`spec/segment-documents.md` 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause<'s> {
    /// Nothing is said.
    Unknown,
    /// The entity's own exceptions: [`Entity::exceptions`].
    Exceptions,
    /// The exception with this id, described on another entity.
    SameException(&'s str),
    /// The exceptions of the subsegment with this id (`settled.md` 23).
    SameSubsegment(EntityId),
}

/// One exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exception<'s> {
    /// Its id, where it has one.
    pub id: Option<&'s str>,
    /// Its type.
    pub name: &'s str,
    /// Its message.
    pub message: &'s str,
}

/// What a text is to its entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Name,
    Text(TextMember),
    /// Followed by its value.
    AnnotationKey,
    AnnotationText,
    AnnotationNumber,
    AnnotationTrue,
    AnnotationFalse,
    SameException,
    SameSubsegment,
    /// The name, perhaps empty, of an exception; its id and message follow, as far as it has them.
    Exception,
    ExceptionId,
    ExceptionMessage,
}

/// Where a text lies: in the document, or beyond its end among the texts that were sent with escapes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) tag: Tag,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Place {
    pub(crate) fn in_segment(self, segment: &Segment) -> &str {
        let (start, end) = (self.start as usize, self.end as usize);
        match start.checked_sub(segment.text.len()) {
            None => {
                let bytes = segment.text.get(start..end).unwrap_or_default();
                std::str::from_utf8(bytes).unwrap_or_default()
            }
            Some(start) => {
                let end = end - segment.text.len();
                segment.unescaped.get(start..end).unwrap_or_default()
            }
        }
    }
}

impl<'s> Entity<'s> {
    /// Its name: at most 200 characters on segments, 250 on subsegments.
    pub fn name(self) -> &'s str {
        self.find(Tag::Name).unwrap_or_default()
    }

    /// One of its texts, where it has it.
    pub fn text(self, member: TextMember) -> Option<&'s str> {
        self.find(Tag::Text(member))
    }

    /// Indexed values, in the order of the document.
    pub fn annotations(self) -> impl Iterator<Item = (&'s str, AnnotationValue<'s>)> {
        let mut places = self.places().iter();
        std::iter::from_fn(move || {
            let key = places.find(|place| place.tag == Tag::AnnotationKey)?;
            let value = places.next()?;
            Some((self.read(key), self.annotation_value(value)))
        })
    }

    /// Why a flag is set.
    pub fn cause(self) -> Cause<'s> {
        let mut causes = self.places().iter().filter_map(|place| match place.tag {
            Tag::Exception => Some(Cause::Exceptions),
            Tag::SameException => Some(Cause::SameException(self.read(place))),
            Tag::SameSubsegment => self.read(place).parse().ok().map(Cause::SameSubsegment),
            _ => None,
        });
        causes.next().unwrap_or(Cause::Unknown)
    }

    /// The exceptions that it describes itself.
    pub fn exceptions(self) -> impl Iterator<Item = Exception<'s>> {
        let mut places = self.places().iter().peekable();
        std::iter::from_fn(move || {
            let name = places.find(|place| place.tag == Tag::Exception)?;
            let mut exception = Exception {
                name: self.read(name),
                ..Exception::default()
            };
            let is_more = |place: &&Place| matches!(place.tag, Tag::ExceptionId | Tag::ExceptionMessage);
            while let Some(place) = places.next_if(is_more) {
                match place.tag {
                    Tag::ExceptionId => exception.id = Some(self.read(place)),
                    _ => exception.message = self.read(place),
                }
            }
            Some(exception)
        })
    }

    fn annotation_value(self, place: &Place) -> AnnotationValue<'s> {
        match place.tag {
            Tag::AnnotationNumber => AnnotationValue::Number(self.read(place).parse().unwrap_or_default()),
            Tag::AnnotationTrue => AnnotationValue::Boolean(true),
            Tag::AnnotationFalse => AnnotationValue::Boolean(false),
            _ => AnnotationValue::Text(Cow::Borrowed(self.read(place))),
        }
    }

    fn find(self, wanted: Tag) -> Option<&'s str> {
        let place = self.places().iter().find(|place| place.tag == wanted)?;
        Some(self.read(place))
    }

    /// Where its texts lie, in the order in which they were noted. Most callers look for one by its tag and read that
    /// one alone, since a text costs a look at its UTF-8.
    fn places(self) -> &'s [Place] {
        let (first, end) = self.outline.said;
        let places = self.segment.places.get(first as usize..end as usize);
        places.unwrap_or_default()
    }

    fn read(self, place: &Place) -> &'s str {
        place.in_segment(self.segment)
    }
}
