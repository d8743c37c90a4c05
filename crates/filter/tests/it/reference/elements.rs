//! What there is to ask in a trace, and what each element says (sections 4, 5 and 8).

use serde_json::{Value, json};

use super::World;
use super::causes::Entry;
use crate::generated::Selector;
use crate::model::{Call, Cause, Entity, Model, Parent, TABLE};
use crate::samples::HOME;

pub(super) enum Element {
    Trace,
    Node(Standing, usize),
    /// The two nodes, and the entity that the caller saw.
    Edge((Standing, usize), (Standing, usize), usize),
    Entry(Entry),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Reported,
    Client,
    Inferred,
}

impl Element {
    pub(super) fn all_nodes(world: &World<'_>) -> Vec<Element> {
        let model = world.model;
        let mut nodes = vec![];
        for (number, entity) in model.entities.iter().enumerate() {
            if entity.is_segment {
                nodes.push(Element::Node(Standing::Reported, number));
            }
            if is_root(entity) {
                nodes.push(Element::Node(Standing::Client, number));
            }
            if is_unanswered_call(model, number) {
                nodes.push(Element::Node(Standing::Inferred, number));
            }
        }
        nodes
    }

    pub(super) fn all_edges(world: &World<'_>) -> Vec<Element> {
        let model = world.model;
        let mut edges = vec![];
        for (number, entity) in model.entities.iter().enumerate() {
            if is_root(entity) {
                let (from, to) = ((Standing::Client, number), (Standing::Reported, number));
                edges.push(Element::Edge(from, to, number));
            }
            if let (true, Parent::Of(parent)) = (entity.is_segment, entity.parent)
                && let Some(owner) = owner(model, parent)
            {
                let seen = if model.entities[parent].is_segment {
                    number
                } else {
                    parent
                };
                let (from, to) = ((Standing::Reported, owner), (Standing::Reported, number));
                edges.push(Element::Edge(from, to, seen));
            }
            if let (true, Some(owner)) = (is_unanswered_call(model, number), owner(model, number)) {
                let (from, to) = ((Standing::Reported, owner), (Standing::Inferred, number));
                edges.push(Element::Edge(from, to, number));
            }
        }
        edges
    }

    /// Whether it ends in the range that is asked for (trace-summaries.md 3).
    pub(super) fn ends_in(&self, world: &World<'_>) -> bool {
        let Some(ends) = world.ends else { return true };
        match self {
            Element::Node(_, number) | Element::Edge(_, _, number) => {
                end_of(&world.model.entities[*number]).is_some_and(|end| ends.contains(&end))
            }
            Element::Trace | Element::Entry(_) => true,
        }
    }

    /// Whether it is a call from a client.
    pub(super) fn is_entry(&self) -> bool {
        matches!(self, Element::Edge((Standing::Client, _), _, _))
    }

    pub(super) fn is_between(&self, from: &Selector, to: &Selector, world: &World<'_>) -> bool {
        let Element::Edge(caller, called, _) = self else {
            return false;
        };
        Element::Node(caller.0, caller.1).is_selected(from, world)
            && Element::Node(called.0, called.1).is_selected(to, world)
    }

    pub(super) fn is_selected(&self, selector: &Selector, world: &World<'_>) -> bool {
        let is_name_only = selector.node_type.is_none() && selector.account.is_none();
        let is_client = matches!(self, Element::Node(Standing::Client, _));
        let fits = |part: Option<&str>, word: &str| {
            part.is_none_or(|part| self.values(word, world).contains(&json!(part)))
        };
        !(is_name_only && is_client)
            && fits(selector.name, "name")
            && fits(selector.node_type, "type")
            && fits(selector.account, "account.id")
    }

    /// Every value of a keyword.
    pub(super) fn values(&self, word: &str, world: &World<'_>) -> Vec<Value> {
        match self {
            Element::Trace => of_trace(word, world),
            Element::Node(standing, number) => of_node(*standing, *number, word, world),
            Element::Edge(_, called, seen) => {
                let entity = &world.model.entities[*seen];
                match word {
                    "partial" => of_node(called.0, called.1, "partial", world),
                    "duration" => of_entity(entity, "responsetime"),
                    _ => of_entity(entity, word),
                }
            }
            Element::Entry(entry) => entry.values(word),
        }
    }

    pub(super) fn annotations(&self, key: &str, world: &World<'_>) -> Vec<Value> {
        let entities = &world.model.entities;
        let numbers: Vec<usize> = match self {
            Element::Trace => (0..entities.len()).collect(),
            Element::Node(Standing::Reported | Standing::Client, number) => own(world.model, *number),
            Element::Node(Standing::Inferred, _) | Element::Entry(_) => vec![],
            Element::Edge(_, _, seen) => vec![*seen],
        };
        let all = numbers
            .into_iter()
            .flat_map(|number| &entities[number].annotations);
        all.filter(|(known, _)| *known == key)
            .map(|(_, value)| value.clone())
            .collect()
    }
}

fn of_trace(word: &str, world: &World<'_>) -> Vec<Value> {
    let model = world.model;
    let roots = model
        .entities
        .iter()
        .enumerate()
        .filter(|(_, entity)| is_root(entity));
    let root = roots.min_by_key(|(number, entity)| (entity.start_micros, *number));
    let of_root = |word: &str| root.map_or(vec![], |(_, root)| of_entity(root, word));
    let of_nodes = |word: &str| {
        let nodes = Element::all_nodes(world);
        nodes
            .iter()
            .flat_map(|node| node.values(word, world))
            .collect::<Vec<_>>()
    };
    match word {
        "ok" | "error" | "throttle" | "fault" if root.is_none() => vec![json!(false)],
        "partial" => vec![json!(
            model.entities.iter().any(|entity| entity.parent == Parent::Lost)
        )],
        "inferred" => vec![json!(of_nodes("inferred").contains(&json!(true)))],
        "remote" => {
            let calls = (0..model.entities.len()).filter(|number| is_call(&model.entities[*number]));
            vec![json!(
                calls.into_iter().any(|number| owner(model, number).is_some())
            )]
        }
        "root" => vec![json!(root.is_some())],
        "duration" => {
            let start = model.entities.iter().map(|entity| entity.start_micros).min();
            let end = model.entities.iter().filter_map(end_of).max();
            seconds(start, end)
        }
        "name" | "type" | "account.id" => of_nodes(word),
        "user" | "availabilityzone" | "instance.id" | "resource.arn" => {
            let segments = model.entities.iter().filter(|entity| entity.is_segment);
            segments.flat_map(|segment| of_entity(segment, word)).collect()
        }
        "message" => (0..model.entities.len())
            .flat_map(|number| messages(model, number))
            .collect(),
        _ => of_root(word),
    }
}

fn of_node(standing: Standing, number: usize, word: &str, world: &World<'_>) -> Vec<Value> {
    let model = world.model;
    let entity = &model.entities[number];
    match (word, standing) {
        ("partial", _) => vec![json!(
            standing == Standing::Reported && entity.parent == Parent::Lost
        )],
        ("inferred", _) => vec![json!(standing == Standing::Inferred)],
        ("root", _) => {
            let roots = (0..model.entities.len()).filter(|number| is_root(&model.entities[*number]));
            let first = roots.min_by_key(|number| (model.entities[*number].start_micros, *number));
            vec![json!(standing == Standing::Reported && first == Some(number))]
        }
        ("duration", Standing::Inferred) => of_entity(entity, "responsetime"),
        ("duration", _) if entity.took_micros.is_none() => vec![],
        ("duration", _) => {
            let own = || {
                own(model, number)
                    .into_iter()
                    .map(|number| &model.entities[number])
            };
            let start = own().map(|entity| entity.start_micros).min();
            seconds(start, own().filter_map(end_of).max())
        }
        ("name", Standing::Inferred) if entity.call == Call::Table && entity.name == "DynamoDB" => {
            vec![json!(TABLE)]
        }
        ("name", _) => vec![json!(entity.name)],
        ("type", Standing::Client) => vec![json!("client")],
        ("type", Standing::Reported) => some(entity.about.origin),
        ("type", Standing::Inferred) => vec![json!(match entity.call {
            Call::Table if entity.name == "DynamoDB" => "AWS::DynamoDB::Table".to_owned(),
            Call::Table | Call::Aws => format!("AWS::{}", entity.name),
            Call::Sql => "Database::SQL".to_owned(),
            Call::Remote | Call::No => "remote".to_owned(),
        })],
        ("account.id", Standing::Reported) => {
            let is_function = entity.about.origin == Some("AWS::Lambda::Function");
            some(
                entity
                    .about
                    .account
                    .filter(|account| is_function || *account != HOME),
            )
        }
        ("account.id", _) => vec![],
        ("message", _) => match entity.cause {
            Cause::None => vec![],
            Cause::Own(_) => messages(model, number),
            Cause::FirstOf(other) => own_messages(model, other).into_iter().take(1).flatten().collect(),
            Cause::AllOf(other) => messages(model, other),
        },
        (_, _) => of_entity(entity, word),
    }
}

fn of_entity(entity: &Entity, word: &str) -> Vec<Value> {
    let flags = entity.flags;
    let segment = |text: Option<&'static str>| some(text.filter(|_| entity.is_segment));
    match word {
        "ok" => vec![json!(!flags.error && !flags.throttle && !flags.fault)],
        "error" => vec![json!(flags.error && !flags.throttle)],
        "throttle" => vec![json!(flags.throttle)],
        "fault" => vec![json!(flags.fault)],
        "responsetime" => seconds(Some(entity.start_micros), end_of(entity)),
        "http.status" => entity
            .http
            .status
            .map(|status| json!(status))
            .into_iter()
            .collect(),
        "http.url" => some(entity.http.url),
        "http.method" => some(entity.http.method),
        "http.useragent" => some(entity.http.agent),
        "http.clientip" => some(entity.http.client),
        "user" => segment(entity.about.user),
        "availabilityzone" => segment(entity.about.zone),
        "instance.id" => segment(entity.about.instance),
        "resource.arn" => segment(entity.about.arn),
        _ => vec![],
    }
}

/// Rounded half up to milliseconds (section 6).
fn seconds(start: Option<i64>, end: Option<i64>) -> Vec<Value> {
    let took = start.zip(end).map(|(start, end)| end - start);
    took.map(|micros| json!(((micros + 500) / 1_000) as f64 / 1_000.0))
        .into_iter()
        .collect()
}

fn some(text: Option<&str>) -> Vec<Value> {
    text.map(|text| json!(text)).into_iter().collect()
}

fn end_of(entity: &Entity) -> Option<i64> {
    entity.took_micros.map(|took| entity.start_micros + took)
}

/// Of each own exception, its message if it has one.
fn own_messages(model: &Model, number: usize) -> Vec<Option<Value>> {
    match model.entities.get(number).map(|entity| &entity.cause) {
        Some(Cause::Own(exceptions)) => exceptions
            .iter()
            .map(|(_, message)| message.map(|message| json!(message)))
            .collect(),
        _ => vec![],
    }
}

fn messages(model: &Model, number: usize) -> Vec<Value> {
    own_messages(model, number).into_iter().flatten().collect()
}

fn is_root(entity: &Entity) -> bool {
    entity.is_segment && entity.parent == Parent::None
}

fn is_call(entity: &Entity) -> bool {
    !entity.is_segment && entity.call != Call::No
}

fn is_unanswered_call(model: &Model, number: usize) -> bool {
    let is_claimed = model
        .entities
        .iter()
        .any(|other| other.is_segment && other.parent == Parent::Of(number));
    is_call(&model.entities[number]) && owner(model, number).is_some() && !is_claimed
}

/// The segment that an entity is part of.
fn owner(model: &Model, number: usize) -> Option<usize> {
    let entity = &model.entities[number];
    match entity.parent {
        _ if entity.is_segment => Some(number),
        Parent::Of(parent) => owner(model, parent),
        Parent::None | Parent::Lost => None,
    }
}

/// A segment and its subsegments.
fn own(model: &Model, segment: usize) -> Vec<usize> {
    (0..model.entities.len())
        .filter(|number| owner(model, *number) == Some(segment))
        .collect()
}
