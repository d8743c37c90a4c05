//! Cause scopes: one service, entity or exception on the way to a root cause (`spec/filter-expressions.md` 10).

use document::AnnotationValue;
use trace::{CauseEntity, CauseException, CauseService, RootCause};

use super::Element;
use crate::keyword::{BooleanKeyword, CauseLevel, NumberKeyword, TextKeyword};

/// One entry of a root cause.
pub(crate) struct Entry<'c> {
    what: What<'c>,
    index: usize,
    /// How many entries its list has.
    length: usize,
}

enum What<'c> {
    Service(&'c CauseService),
    Entity(&'c CauseEntity, &'c CauseService),
    Exception(&'c CauseException),
}

/// Whether the test holds for any entry of that level.
pub(super) fn any_entry(
    causes: &[RootCause],
    level: CauseLevel,
    test: &mut dyn FnMut(&Entry<'_>) -> bool,
) -> bool {
    let services = || causes.iter().map(|cause| &*cause.services);
    match level {
        CauseLevel::Service => services().any(|services| any_of(services, What::Service, test)),
        CauseLevel::Entity => services()
            .flatten()
            .any(|service| any_of(&service.path, |entity| What::Entity(entity, service), test)),
        CauseLevel::Exception => services()
            .flatten()
            .flat_map(|service| &service.path)
            .any(|entity| any_of(&entity.exceptions, What::Exception, test)),
    }
}

fn any_of<'c, T>(
    list: &'c [T],
    what: impl Fn(&'c T) -> What<'c>,
    test: &mut dyn FnMut(&Entry<'_>) -> bool,
) -> bool {
    let length = list.len();
    list.iter().enumerate().any(|(index, element)| {
        test(&Entry {
            what: what(element),
            index,
            length,
        })
    })
}

impl<'c> Entry<'c> {
    /// The service that it is, or that it belongs to.
    fn service(&self) -> Option<&'c CauseService> {
        match self.what {
            What::Service(service) | What::Entity(_, service) => Some(service),
            What::Exception(_) => None,
        }
    }
}

impl Element for Entry<'_> {
    fn boolean(&self, keyword: BooleanKeyword) -> bool {
        match keyword {
            BooleanKeyword::First => self.index == 0,
            BooleanKeyword::Last => self.index + 1 == self.length,
            BooleanKeyword::Inferred => self.service().is_some_and(|service| service.inferred),
            BooleanKeyword::Remote => match self.what {
                What::Entity(entity, _) => entity.remote,
                What::Service(_) | What::Exception(_) => false,
            },
            // Not of these scopes; the check lets none through.
            BooleanKeyword::Ok
            | BooleanKeyword::Error
            | BooleanKeyword::Throttle
            | BooleanKeyword::Fault
            | BooleanKeyword::Partial
            | BooleanKeyword::Root => false,
        }
    }

    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        match keyword {
            NumberKeyword::Index => Some(self.index as f64),
            NumberKeyword::Coverage => match self.what {
                What::Entity(entity, _) => entity.coverage,
                What::Service(_) | What::Exception(_) => None,
            },
            // Not of these scopes; the check lets none through.
            NumberKeyword::ResponseTime | NumberKeyword::Duration | NumberKeyword::HttpStatus => None,
        }
    }

    fn any_text(&self, keyword: TextKeyword, test: &mut dyn FnMut(&str) -> bool) -> bool {
        let text = match (keyword, &self.what) {
            (TextKeyword::Name, What::Service(service)) => Some(&*service.node.name),
            (TextKeyword::Name, What::Entity(entity, _)) => Some(&*entity.name),
            (TextKeyword::Name, What::Exception(exception)) => said(&exception.name),
            (TextKeyword::Message, What::Exception(exception)) => said(&exception.message),
            (TextKeyword::Type, _) => self
                .service()
                .and_then(|service| service.node.node_type.as_deref()),
            (TextKeyword::AccountId, _) => self.service().and_then(|service| service.node.account.as_deref()),
            // Not of these scopes; the check lets none through.
            (
                TextKeyword::Message
                | TextKeyword::HttpUrl
                | TextKeyword::HttpMethod
                | TextKeyword::HttpUserAgent
                | TextKeyword::HttpClientIp
                | TextKeyword::User
                | TextKeyword::AvailabilityZone
                | TextKeyword::InstanceId
                | TextKeyword::ResourceArn,
                _,
            ) => None,
        };
        text.is_some_and(test)
    }

    /// Root causes have no annotations.
    fn any_annotation(&self, _key: &str, _test: &mut dyn FnMut(&AnnotationValue<'_>) -> bool) -> bool {
        false
    }
}

/// A document that leaves out an exception's type or message says nothing, which is not the same as an empty text.
fn said(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
