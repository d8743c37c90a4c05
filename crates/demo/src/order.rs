//! `place-order` as Lambda sees it: the service's segment and the function's (`spec/serverless-tracing.md` 3).

mod code;

use std::time::Duration;

use clock::Timestamp;
use serde_json::json;

use crate::dialect::Dialect;
use crate::entity::{Answer, Entity};
use crate::exception::Failure;
use crate::order::code::Sandbox;
use crate::scene::Scene;

/// What the gateway learns: the answer for the client, and whether the function threw instead of answering.
#[derive(Debug)]
pub(crate) struct Invoked {
    pub(crate) answer: Answer,
    pub(crate) has_thrown: bool,
}

pub(crate) fn invoke(scene: &mut Scene, parent: &str, at: Timestamp) -> Invoked {
    let mut service = begin_service(scene, at);
    let mut start = at + scene.hop() + scene.chance.around(6.0, 0.4);
    let initialization = scene.chance.happens(COLD).then(|| initialize(scene, start));
    if let Some(ready) = initialization
        .as_ref()
        .and_then(|initialization| initialization.end)
    {
        start = ready + scene.chance.around(0.8, 0.4);
    }
    let handled = run_function(scene, &service.id, initialization, start);
    let end = handled.answer.at + scene.hop();
    if handled.has_thrown {
        service.flag(&["error"]);
    }
    service.finish(end);
    scene.send_segment(Dialect::Platform, &service, Some(parent));
    Invoked {
        answer: Answer {
            status: handled.answer.status,
            at: end,
        },
        has_thrown: handled.has_thrown,
    }
}

fn begin_service(scene: &mut Scene, at: Timestamp) -> Entity {
    let request_id = scene.chance.uuid();
    scene
        .entity("place-order", at)
        .with("origin", "AWS::Lambda")
        .with("resource_arn", ARN)
        .with("http", json!({"response": {"status": 200}}))
        .with("aws", json!({"request_id": request_id}))
}

/// A new sandbox starts before the function's own time begins to count.
fn initialize(scene: &mut Scene, at: Timestamp) -> Entity {
    let mut initialization = part(scene, "Initialization", at);
    initialization.finish(at + scene.chance.around(640.0, 0.2));
    initialization
}

fn run_function(scene: &mut Scene, parent: &str, initialization: Option<Entity>, at: Timestamp) -> Invoked {
    let mut function = scene
        .entity("place-order", at)
        .with("origin", "AWS::Lambda::Function");
    function.set(
        "aws",
        json!({"account_id": "111122223333", "function_arn": ARN, "resource_names": ["place-order"]}),
    );
    let start = at + Duration::from_micros(240);
    let sandbox = if initialization.is_some() {
        Sandbox::Cold
    } else {
        Sandbox::Warm
    };
    let mut invocation = part(scene, "Invocation", start);
    let handled = code::run(scene, &invocation.id, sandbox, start + Duration::from_micros(900));
    let answered = handled.answer.at + Duration::from_micros(700);
    if let Some(thrown) = &handled.thrown {
        blame(&mut function, &mut invocation, thrown);
    }
    invocation.finish(answered);
    let mut overhead = part(scene, "Overhead", answered + Duration::from_micros(40));
    let end = answered + Duration::from_micros(40) + scene.chance.around(4.0, 0.4);
    overhead.finish(end);
    function.children.extend(initialization);
    function.add(invocation);
    function.add(overhead);
    function.finish(end);
    scene.send_segment(Dialect::Sandbox, &function, Some(parent));
    Invoked {
        answer: Answer {
            status: handled.answer.status,
            at: end,
        },
        has_thrown: handled.thrown.is_some(),
    }
}

/// What the code throws is an error of the function, not a fault of Lambda.
fn blame(function: &mut Entity, invocation: &mut Entity, thrown: &Failure) {
    function.flag(&["error"]);
    function.set("cause", thrown.cause.clone());
    invocation.flag(&["error"]);
}

fn part(scene: &mut Scene, name: &str, at: Timestamp) -> Entity {
    scene.entity(name, at).with("aws", json!({"function_arn": ARN}))
}

pub(crate) const ARN: &str = "arn:aws:lambda:ap-northeast-2:111122223333:function:place-order";

/// How often a call finds no waiting sandbox.
const COLD: f64 = 0.05;
