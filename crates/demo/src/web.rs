//! `shop-web`: the Python front service on two machines.

use clock::Timestamp;
use serde_json::json;

use crate::catalog::{self, Lookup};
use crate::database::{self, Statement};
use crate::dialect::Dialect;
use crate::entity::{Answer, Entity};
use crate::exception::{Exception, Frame};
use crate::request::{Request, Route};
use crate::scene::Scene;

/// Answers a request that the gateway passed on, and sends the segment.
pub(crate) fn serve(scene: &mut Scene, request: &Request, parent: &str, at: Timestamp) -> Answer {
    let mut segment = begin(scene, request, at);
    let started = at + scene.chance.around(4.0, 0.6);
    let answer = match request.route {
        Route::Cart => change_cart(scene, &mut segment, request, started),
        Route::OrderStatus => show_order(scene, &mut segment, request, started),
        Route::Product => show(
            scene,
            &mut segment,
            &Lookup::Product(request.subject().to_owned()),
            started,
        ),
        Route::Search => show(scene, &mut segment, &Lookup::Words, started),
        Route::Home | Route::PlaceOrder | Route::Report => show(scene, &mut segment, &Lookup::Front, started),
    };
    let end = answer.at + scene.chance.around(2.0, 0.6);
    segment.answer(answer.status, scene.chance.between(400, 60_000));
    segment.finish(end);
    scene.send_segment(Dialect::Python, &segment, Some(parent));
    Answer {
        status: answer.status,
        at: end,
    }
}

fn begin(scene: &mut Scene, request: &Request, at: Timestamp) -> Entity {
    let (instance, zone) = scene.chance.pick(&INSTANCES);
    let mut segment = scene.entity("shop-web", at);
    segment.set("origin", "AWS::EC2::Instance");
    segment.set(
        "aws",
        json!({"ec2": {
            "instance_id": instance, "instance_type": "t4g.medium",
            "ami_id": "ami-0c9c942bd7bf113a2", "availability_zone": zone,
        }}),
    );
    segment.set("user", scene.visitor.user);
    segment.set(
        "http",
        json!({"request": {
            "method": request.method, "url": format!("http://web.shop.internal{}", request.path),
            "user_agent": scene.visitor.agent, "client_ip": scene.visitor.address, "x_forwarded_for": true,
        }}),
    );
    segment.set(
        "annotations",
        json!({"tenant": scene.visitor.tenant, "beta": scene.visitor.is_beta()}),
    );
    let variant = scene.chance.pick(&["control", "large-photos"]);
    let session = scene.chance.hex(12);
    segment.set(
        "metadata",
        json!({"default": {"session": {"id": session, "experiments": [{"name": "front-2026", "variant": variant}]}}}),
    );
    segment
}

/// A page out of the catalogue: ask, then render.
fn show(scene: &mut Scene, segment: &mut Entity, lookup: &Lookup, at: Timestamp) -> Answer {
    if let Lookup::Product(sku) = lookup {
        segment.annotate("sku", sku.as_str());
    }
    let (call, answer) = catalog::call(scene, lookup, at);
    segment.add(call);
    if answer.status >= 500 {
        segment.fail(&catalogue_failed(answer.status).happen(&mut scene.chance));
        return Answer {
            status: 502,
            at: answer.at,
        };
    }
    let mut render = scene.entity("render", answer.at);
    render.set(
        "metadata",
        json!({"default": {"template": "page.html", "blocks": scene.chance.between(3, 24)}}),
    );
    let end = answer.at + scene.chance.around(9.0, 0.5);
    render.finish(end);
    segment.add(render);
    Answer {
        status: answer.status,
        at: end,
    }
}

fn change_cart(scene: &mut Scene, segment: &mut Entity, request: &Request, at: Timestamp) -> Answer {
    let quantity = scene.chance.between(1, 4);
    segment.annotate("sku", request.subject());
    segment.annotate("quantity", quantity);
    if scene.chance.happens(BAD_QUANTITY) {
        segment.set(
            "metadata",
            json!({"default": {"rejected": {"field": "quantity", "value": -1, "rule": "at least 1"}}}),
        );
        return Answer { status: 400, at };
    }
    let statement = if request.method == "DELETE" {
        REMOVE_LINE
    } else {
        SAVE_LINE
    };
    let status = if request.method == "DELETE" { 204 } else { 200 };
    query(scene, segment, statement, Answer { status, at })
}

fn show_order(scene: &mut Scene, segment: &mut Entity, request: &Request, at: Timestamp) -> Answer {
    segment.annotate("order_id", request.subject());
    let status = if scene.chance.happens(UNKNOWN_ORDER) {
        404
    } else {
        200
    };
    query(scene, segment, READ_ORDER, Answer { status, at })
}

/// One statement; `intended` is what is answered if the database does not fail.
fn query(scene: &mut Scene, segment: &mut Entity, statement: Statement, intended: Answer) -> Answer {
    let (call, failure) = database::run(scene, statement, intended.at);
    let at = call.end.unwrap_or(intended.at);
    segment.add(call);
    match failure {
        Some(failure) => {
            segment.fail_as_below(&failure);
            Answer { status: 500, at }
        }
        None => Answer {
            status: intended.status,
            at,
        },
    }
}

fn catalogue_failed(status: u16) -> Exception {
    Exception {
        kind: "requests.exceptions.HTTPError",
        message: format!(
            "{status} Server Error: Internal Server Error for url: http://catalog.shop.internal:8080/v1"
        ),
        is_remote: false,
        directory: "/srv/shop",
        stack: STACK,
    }
}

const STACK: &[Frame] = &[
    ("/srv/shop/web/pages.py", 63, "page"),
    ("/srv/shop/web/catalogue.py", 31, "ask"),
    (
        "/usr/lib/python3.12/site-packages/requests/models.py",
        1024,
        "raise_for_status",
    ),
];

const INSTANCES: [(&str, &str); 2] = [
    ("i-0a4d2f81c7b3e9560", "ap-northeast-2a"),
    ("i-0e91b7a36d52c8f47", "ap-northeast-2c"),
];

const SAVE_LINE: Statement = Statement {
    text: "INSERT INTO cart_line (cart_id, sku, quantity) VALUES (%s, %s, %s) \
        ON CONFLICT (cart_id, sku) DO UPDATE SET quantity = excluded.quantity",
    median_ms: 7.0,
    failing: 0.035,
};
const REMOVE_LINE: Statement = Statement {
    text: "DELETE FROM cart_line WHERE cart_id = %s AND sku = %s",
    median_ms: 5.0,
    failing: 0.03,
};
const READ_ORDER: Statement = Statement {
    text: "SELECT o.id, o.state, o.total, l.sku, l.quantity \
        FROM orders o JOIN order_line l ON l.order_id = o.id WHERE o.id = %s",
    median_ms: 12.0,
    failing: 0.02,
};

const BAD_QUANTITY: f64 = 0.09;
const UNKNOWN_ORDER: f64 = 0.05;
