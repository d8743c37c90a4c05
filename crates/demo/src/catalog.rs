//! `catalog`: a Node service in a container, and its DynamoDB table `products`.

use clock::Timestamp;
use serde_json::json;

use crate::dialect::Dialect;
use crate::entity::{Answer, Entity};
use crate::exception::{Exception, Frame};
use crate::scene::Scene;

/// What is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lookup {
    Front,
    Product(String),
    Words,
    Prices,
}

/// A call of the catalogue as its caller records it, with the answer. The catalogue's own segment is sent on the way.
pub(crate) fn call(scene: &mut Scene, lookup: &Lookup, at: Timestamp) -> (Entity, Answer) {
    let mut call = scene
        .entity("catalog.shop.internal", at)
        .with("namespace", "remote");
    call.set("http", json!({"request": {"method": "GET", "url": url(lookup)}}));
    let sent = at + scene.hop();
    let answer = serve(scene, lookup, &call.id, sent);
    let end = answer.at + scene.hop();
    call.answer(answer.status, scene.chance.between(180, 9_000));
    call.finish(end);
    (
        call,
        Answer {
            status: answer.status,
            at: end,
        },
    )
}

fn serve(scene: &mut Scene, lookup: &Lookup, parent: &str, at: Timestamp) -> Answer {
    let mut segment = begin(scene, lookup, at);
    let is_unknown = matches!(lookup, Lookup::Product(_)) && scene.chance.happens(UNKNOWN_PRODUCT);
    let mut now = at + scene.chance.around(1.5, 0.5);
    now = read_table(scene, &mut segment, lookup, now);
    now = now + scene.chance.around(2.5, 0.6);
    let status = if scene.chance.happens(BUG) {
        segment.fail(&bug().happen(&mut scene.chance));
        500
    } else if is_unknown {
        404
    } else {
        200
    };
    segment.answer(status, scene.chance.between(180, 9_000));
    segment.finish(now);
    scene.send_segment(Dialect::Node, &segment, Some(parent));
    Answer { status, at: now }
}

fn begin(scene: &mut Scene, lookup: &Lookup, at: Timestamp) -> Entity {
    let mut segment = scene.entity("catalog", at);
    let host = scene
        .chance
        .pick(&["ip-10-0-3-17", "ip-10-0-4-52", "ip-10-0-5-9"]);
    segment.set("origin", "AWS::ECS::Container");
    segment.set("aws", json!({"ecs": {"container": host}}));
    segment.set("user", scene.visitor.user);
    segment.set(
        "http",
        json!({"request": {
            "method": "GET", "url": url(lookup), "user_agent": "python-requests/2.32.3",
            "client_ip": "10.0.1.20",
        }}),
    );
    let is_beta = scene.visitor.is_beta();
    segment.set(
        "annotations",
        json!({"tenant": scene.visitor.tenant, "beta": is_beta}),
    );
    segment
}

/// One read, or two if the table refuses the first: the SDK's own retry is a second subsegment here.
fn read_table(scene: &mut Scene, segment: &mut Entity, lookup: &Lookup, at: Timestamp) -> Timestamp {
    let mut now = at;
    let mut precursor = None;
    if scene.chance.happens(TABLE_THROTTLED) {
        let mut refused = begin_read(scene, lookup, now);
        refused.answer(400, 221);
        refused.flag(&["throttle"]);
        refused.set("cause", throughput_exceeded().happen(&mut scene.chance).cause);
        now = now + scene.chance.around(4.0, 0.3);
        refused.finish(now);
        precursor = Some(refused.id.clone());
        segment.add(refused);
        now = now + scene.chance.around(50.0, 0.2);
    }
    let mut read = begin_read(scene, lookup, now);
    if let Some(precursor) = precursor {
        read.set("precursor_ids", json!([precursor]));
    }
    read.answer(200, scene.chance.between(200, 12_000));
    now = now + scene.chance.around(median_ms(lookup), 0.5);
    read.finish(now);
    segment.add(read);
    now
}

fn begin_read(scene: &mut Scene, lookup: &Lookup, at: Timestamp) -> Entity {
    let request_id = scene.chance.request_id();
    let mut read = scene.entity("DynamoDB", at).with("namespace", "aws");
    read.set(
        "aws",
        json!({
            "operation": operation(lookup), "region": "ap-northeast-2", "request_id": request_id, "retries": 0,
            "table_name": "products", "consistent_read": false,
        }),
    );
    read
}

fn url(lookup: &Lookup) -> String {
    let path = match lookup {
        Lookup::Front => "front".to_owned(),
        Lookup::Product(sku) => format!("products/{sku}"),
        Lookup::Words => "search".to_owned(),
        Lookup::Prices => "prices".to_owned(),
    };
    format!("http://catalog.shop.internal:8080/v1/{path}")
}

fn operation(lookup: &Lookup) -> &'static str {
    match lookup {
        Lookup::Front | Lookup::Words => "Query",
        Lookup::Product(_) => "GetItem",
        Lookup::Prices => "BatchGetItem",
    }
}

fn median_ms(lookup: &Lookup) -> f64 {
    match lookup {
        Lookup::Front | Lookup::Prices => 9.0,
        Lookup::Product(_) => 5.0,
        Lookup::Words => 21.0,
    }
}

fn bug() -> Exception {
    Exception {
        kind: "TypeError",
        message: "Cannot read properties of undefined (reading 'amount')".to_owned(),
        is_remote: false,
        directory: "/app",
        stack: &[
            ("/app/dist/price.js", 41, "withDiscount"),
            ("/app/dist/routes/products.js", 88, "present"),
            (
                "/app/node_modules/express/lib/router/layer.js",
                95,
                "Layer.handle",
            ),
        ],
    }
}

fn throughput_exceeded() -> Exception {
    Exception {
        kind: "ProvisionedThroughputExceededException",
        message: "The level of configured provisioned throughput for the table was exceeded.".to_owned(),
        is_remote: true,
        directory: "/app",
        stack: TABLE_STACK,
    }
}

const TABLE_STACK: &[Frame] = &[
    ("/app/dist/table.js", 29, "read"),
    (
        "/app/node_modules/@smithy/smithy-client/dist-cjs/index.js",
        388,
        "throwDefaultError",
    ),
];

const UNKNOWN_PRODUCT: f64 = 0.05;
const TABLE_THROTTLED: f64 = 0.004;
const BUG: f64 = 0.012;
