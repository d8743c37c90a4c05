//! `payments.example.com`: somebody else's API, known only through the calls of it.
//! It declines cards, throttles, breaks, and is sometimes slower than anyone waits.

use std::time::Duration;

use clock::Timestamp;
use serde_json::json;

use crate::entity::{Answer, Entity};
use crate::exception::{Exception, Failure, Frame};
use crate::scene::Scene;

/// A charge as its caller records it. No answer within the time limit counts as 504.
#[derive(Debug)]
pub(crate) struct Charge {
    pub(crate) call: Entity,
    pub(crate) answer: Answer,
    /// Thrown into the caller's hands: broken or too slow.
    pub(crate) failure: Option<Failure>,
}

pub(crate) fn charge(scene: &mut Scene, at: Timestamp) -> Charge {
    let mut call = scene
        .entity("payments.example.com", at)
        .with("namespace", "remote");
    call.set(
        "http",
        json!({"request": {"method": "POST", "url": "https://payments.example.com/v2/charges"}}),
    );
    let status = draw_status(scene);
    let took = draw_duration(scene, status);
    let status = if took > PATIENCE { 504 } else { status };
    let end = at + took.min(PATIENCE);
    let failure = (status >= 500).then(|| thrown(status).happen(&mut scene.chance));
    if status != 504 {
        call.answer(status, scene.chance.between(90, 700));
    }
    if let Some(failure) = &failure {
        call.fail(failure);
    }
    call.finish(end);
    Charge {
        call,
        answer: Answer { status, at: end },
        failure,
    }
}

fn draw_status(scene: &mut Scene) -> u16 {
    match scene.chance.below(1_000) {
        0..45 => 402,
        45..95 => 429,
        95..135 => 503,
        135..155 => 500,
        _ => 201,
    }
}

fn draw_duration(scene: &mut Scene, status: u16) -> Duration {
    match status {
        429 => scene.chance.around(25.0, 0.3),
        503 => scene.chance.around(900.0, 0.6),
        _ if scene.chance.happens(SLOW) => scene.chance.around(2_200.0, 0.6),
        _ => scene.chance.around(260.0, 0.5),
    }
}

fn thrown(status: u16) -> Exception {
    let (kind, message) = match status {
        504 => (
            "requests.exceptions.ReadTimeout",
            "HTTPSConnectionPool(host='payments.example.com', port=443): Read timed out. (read timeout=6)"
                .to_owned(),
        ),
        _ => (
            "requests.exceptions.HTTPError",
            format!("{status} Server Error for url: https://payments.example.com/v2/charges"),
        ),
    };
    Exception {
        kind,
        message,
        is_remote: status != 504,
        directory: "/var/task",
        stack: STACK,
    }
}

const STACK: &[Frame] = &[
    ("/var/task/place_order.py", 71, "handler"),
    ("/var/task/payment.py", 38, "charge_card"),
    ("/opt/python/requests/api.py", 115, "post"),
    ("/opt/python/requests/sessions.py", 703, "send"),
    ("/opt/python/requests/adapters.py", 713, "send"),
];

/// How long a caller waits.
const PATIENCE: Duration = Duration::from_secs(6);
const SLOW: f64 = 0.06;
