//! `reports`: the staff's Go service. A report takes a minute, so it is told in pieces: the segment and each long query
//! are sent while they run, and again when they have ended.

use clock::Timestamp;
use serde_json::json;

use crate::database;
use crate::dialect::Dialect;
use crate::entity::Entity;
use crate::exception::Exception;
use crate::request::Request;
use crate::scene::Scene;

pub(crate) fn serve(scene: &mut Scene, request: &Request, at: Timestamp) {
    let mut segment = begin(scene, request, at);
    scene.send_segment(Dialect::Go, &segment, None);
    let mut now = at + scene.chance.around(12.0, 0.5);
    let mut status = 200;
    for _ in 0..scene.chance.between(2, 6) {
        if !query(scene, &segment.id, &mut now) {
            status = 500;
            break;
        }
    }
    if status == 200 {
        summarize(scene, &mut segment, &mut now);
        upload(scene, &mut segment, &mut now);
    }
    segment.answer(status, scene.chance.between(900, 4_000));
    segment.finish(now + scene.chance.around(4.0, 0.5));
    scene.send_segment(Dialect::Go, &segment, None);
}

fn begin(scene: &mut Scene, request: &Request, at: Timestamp) -> Entity {
    let (user, pages) = (
        scene.chance.pick(&["staff-jiwoo", "staff-marta"]),
        scene.chance.between(4, 160),
    );
    let mut segment = scene.entity("reports", at);
    segment.set("origin", "AWS::ElasticBeanstalk::Environment");
    segment.set(
        "aws",
        json!({"elastic_beanstalk": {"environment_name": "reports-prod", "version_label": "v118", "deployment_id": 118}}),
    );
    segment.set("user", user);
    segment.set(
        "http",
        json!({"request": {
            "method": request.method, "url": format!("https://staff.shop.example.com{}", request.path),
            "user_agent": scene.visitor.agent, "client_ip": "198.51.100.24",
        }}),
    );
    segment.set(
        "annotations",
        json!({"report": "sales", "pages": pages, "tenant": scene.visitor.tenant}),
    );
    segment
}

/// One long query, sent when it begins and when it ends. False if the database gave up on it.
fn query(scene: &mut Scene, parent: &str, now: &mut Timestamp) -> bool {
    let mut call = database::begin(scene, QUERY, *now);
    scene.send_subsegment(Dialect::Go, &call, parent);
    let gave_up = scene.chance.happens(GIVEN_UP);
    *now = *now + scene.chance.around(7_500.0, 0.5);
    if gave_up {
        call.fail(&canceled().happen(&mut scene.chance));
    }
    call.finish(*now);
    scene.send_subsegment(Dialect::Go, &call, parent);
    !gave_up
}

fn summarize(scene: &mut Scene, segment: &mut Entity, now: &mut Timestamp) {
    let mut step = scene.entity("summarize", *now);
    for name in ["group by store", "draw charts"] {
        let mut part = scene.entity(name, *now);
        *now = *now + scene.chance.around(400.0, 0.4);
        part.finish(*now);
        step.add(part);
    }
    step.set(
        "metadata",
        json!({"default": {"rows": {"read": 41_000 + scene.chance.below(90_000), "kept": 912}}}),
    );
    step.finish(*now);
    segment.add(step);
}

fn upload(scene: &mut Scene, segment: &mut Entity, now: &mut Timestamp) {
    let (request_id, key) = (
        scene.chance.request_id(),
        format!("sales/{}.pdf", scene.chance.hex(10)),
    );
    let mut call = scene.entity("S3", *now).with("namespace", "aws");
    call.set(
        "aws",
        json!({
            "operation": "PutObject", "region": "ap-northeast-2", "request_id": request_id, "retries": 0,
            "bucket_name": "shop-reports", "key": key,
        }),
    );
    call.answer(200, 0);
    *now = *now + scene.chance.around(140.0, 0.5);
    call.finish(*now);
    segment.add(call);
}

fn canceled() -> Exception {
    Exception {
        kind: "pgconn.PgError",
        message: "ERROR: canceling statement due to statement timeout (SQLSTATE 57014)".to_owned(),
        is_remote: true,
        directory: "/srv/reports",
        stack: &[
            ("reports/sales.go", 203, "(*Sales).Read"),
            ("reports/http.go", 77, "(*Server).Report"),
            ("net/http/server.go", 2171, "HandlerFunc.ServeHTTP"),
        ],
    }
}

const QUERY: &str = "SELECT l.sku, date_trunc('hour', o.created_at) AS hour, sum(l.quantity), sum(l.quantity * l.price) \
     FROM orders o JOIN order_line l ON l.order_id = o.id WHERE o.created_at >= $1 AND o.created_at < $2 \
     AND o.state = 'paid' \
     GROUP BY l.sku, hour ORDER BY hour";

const GIVEN_UP: f64 = 0.015;
