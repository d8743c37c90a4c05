//! The code inside `place-order`: it has no segment of its own, so each of its subsegments is sent alone.

use clock::Timestamp;
use serde_json::json;

use crate::catalog::{self, Lookup};
use crate::database::{self, Statement};
use crate::dialect::Dialect;
use crate::entity::{Answer, Entity};
use crate::exception::{Exception, Failure};
use crate::payment;
use crate::request::{SKUS, order_id};
use crate::scene::{Message, Scene};

/// Whether the function had to be started for this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sandbox {
    Cold,
    Warm,
}

/// How the handler ended: with an answer, or with an exception that became one.
#[derive(Debug)]
pub(crate) struct Handled {
    pub(crate) answer: Answer,
    pub(crate) thrown: Option<Failure>,
}

/// Runs the handler below the Invocation `parent`.
pub(crate) fn run(scene: &mut Scene, parent: &str, sandbox: Sandbox, at: Timestamp) -> Handled {
    let order_id = order_id(&mut scene.chance);
    let mut handler = begin(scene, &order_id, sandbox, at);
    let handled = place(scene, &mut handler, &order_id, at);
    if let Some(thrown) = &handled.thrown {
        handler.fail(thrown);
    }
    handler.finish(handled.answer.at);
    scene.send_subsegment(Dialect::Lambda, &handler, parent);
    handled
}

fn begin(scene: &mut Scene, order_id: &str, sandbox: Sandbox, at: Timestamp) -> Entity {
    let lines: Vec<_> = (0..scene.chance.between(1, 4))
        .map(|_| {
            let (sku, quantity) = (scene.chance.pick(&SKUS), scene.chance.between(1, 3));
            json!({"sku": sku, "quantity": quantity, "price": 1_900 + 500 * scene.chance.below(90)})
        })
        .collect();
    let total: u64 = lines
        .iter()
        .filter_map(|line| Some(line["price"].as_u64()? * line["quantity"].as_u64()?))
        .sum();
    scene
        .entity("## place_order", at)
        .with(
            "annotations",
            json!({
                "ColdStart": sandbox == Sandbox::Cold, "Service": "place-order", "order_id": order_id, "cart_total": total,
                "tenant": scene.visitor.tenant, "beta": scene.visitor.is_beta(),
            }),
        )
        .with(
            "metadata",
            json!({"place-order": {"cart": {"currency": "KRW", "lines": lines}}}),
        )
}

fn place(scene: &mut Scene, handler: &mut Entity, order_id: &str, at: Timestamp) -> Handled {
    let prices = look_up_prices(scene, handler, at);
    if prices.status >= 500 {
        return Handled {
            answer: Answer {
                status: 502,
                at: prices.at,
            },
            thrown: None,
        };
    }
    let saved = match save(scene, handler, SAVE_ORDER, prices.at) {
        Ok(saved) => saved,
        Err(handled) => return handled,
    };
    if scene.chance.happens(BUG) {
        let thrown = bug().happen(&mut scene.chance);
        return Handled {
            answer: Answer {
                status: 502,
                at: saved,
            },
            thrown: Some(thrown),
        };
    }
    let paid = pay(scene, handler, saved);
    if paid.status != 201 {
        return Handled {
            answer: paid,
            thrown: None,
        };
    }
    match save(scene, handler, MARK_PAID, paid.at) {
        Ok(marked) => {
            let at = announce(scene, handler, order_id, marked);
            Handled {
                answer: Answer { status: 201, at },
                thrown: None,
            }
        }
        Err(handled) => handled,
    }
}

/// Now and then the sandbox is frozen before this datagram has left: then the trace is partial.
fn look_up_prices(scene: &mut Scene, handler: &mut Entity, at: Timestamp) -> Answer {
    let (call, answer) = catalog::call(scene, &Lookup::Prices, at);
    if !scene.chance.happens(LOST) {
        handler.add(call);
    }
    answer
}

fn save(
    scene: &mut Scene,
    handler: &mut Entity,
    statement: Statement,
    at: Timestamp,
) -> Result<Timestamp, Handled> {
    let (call, failure) = database::run(scene, statement, at);
    let at = call.end.unwrap_or(at);
    handler.add(call);
    match failure {
        None => Ok(at),
        Some(thrown) => Err(Handled {
            answer: Answer { status: 502, at },
            thrown: Some(thrown),
        }),
    }
}

/// The handler catches what goes wrong here and answers for it, so the function itself stays clean.
fn pay(scene: &mut Scene, handler: &mut Entity, at: Timestamp) -> Answer {
    let mut step = scene.entity("charge_card", at);
    let start = at + scene.chance.around(0.4, 0.3);
    let charge = payment::charge(scene, start);
    let end = charge.answer.at + scene.chance.around(0.4, 0.3);
    if let Some(failure) = &charge.failure {
        step.fail_as_below(failure);
    }
    step.set("annotations", json!({"payment_status": charge.answer.status}));
    step.add(charge.call);
    step.finish(end);
    handler.add(step);
    let status = match charge.answer.status {
        500..=503 => 502,
        status => status,
    };
    Answer { status, at: end }
}

/// Asks for the mail to be written, by way of the queue.
fn announce(scene: &mut Scene, handler: &mut Entity, order_id: &str, at: Timestamp) -> Timestamp {
    let (request_id, message_id) = (scene.chance.uuid(), scene.chance.uuid());
    let mut call = scene.entity("sqs", at).with("namespace", "aws");
    call.set(
        "aws",
        json!({
            "operation": "SendMessage", "region": "ap-northeast-2", "request_id": request_id, "retries": 0,
            "queue_url": QUEUE, "message_id": message_id,
        }),
    );
    call.answer(200, 106);
    let end = at + scene.chance.around(13.0, 0.4);
    call.finish(end);
    scene.messages.push(Message {
        trace_id: scene.trace_id().to_owned(),
        subsegment_id: call.id.clone(),
        order_id: order_id.to_owned(),
        at: end,
    });
    handler.add(call);
    end
}

fn bug() -> Exception {
    Exception {
        kind: "KeyError",
        message: "'discount'".to_owned(),
        is_remote: false,
        directory: "/var/task",
        stack: &[
            ("/var/task/place_order.py", 58, "handler"),
            ("/var/task/cart.py", 112, "total"),
            ("/var/task/cart.py", 97, "discounted"),
        ],
    }
}

const QUEUE: &str = "https://sqs.ap-northeast-2.amazonaws.com/111122223333/order-mails";

const SAVE_ORDER: Statement = Statement {
    text: "INSERT INTO orders (id, customer, total, state) VALUES (%s, %s, %s, 'new') RETURNING created_at",
    median_ms: 9.0,
    failing: 0.004,
};
const MARK_PAID: Statement = Statement {
    text: "UPDATE orders SET state = 'paid', payment_id = %s WHERE id = %s AND state = 'new'",
    median_ms: 6.0,
    failing: 0.003,
};

const BUG: f64 = 0.012;
const LOST: f64 = 0.01;
