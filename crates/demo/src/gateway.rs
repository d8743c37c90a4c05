//! `shop-api/prod`: the API Gateway stage before everything (`spec/serverless-tracing.md` 2.1).

use clock::Timestamp;
use serde_json::json;

use crate::dialect::Dialect;
use crate::entity::{Answer, Entity};
use crate::order;
use crate::request::{Request, Route};
use crate::scene::Scene;
use crate::web;

/// Plays a request from the gateway's first to its last moment, with all that happens behind it.
pub(crate) fn serve(scene: &mut Scene, request: &Request, at: Timestamp) {
    let mut stage = begin(scene, request, at);
    let answer = match turn_away(scene) {
        Some(status) => Answer {
            status,
            at: at + scene.chance.around(3.0, 0.3),
        },
        None => integrate(scene, &mut stage, request, at),
    };
    stage.answer(answer.status, 0);
    stage.finish(answer.at + scene.hop());
    scene.send_segment(Dialect::Platform, &stage, None);
}

fn begin(scene: &mut Scene, request: &Request, at: Timestamp) -> Entity {
    let request_id = scene.chance.uuid();
    let extended_request_id = format!("{}=", scene.chance.hex(15));
    let mut stage = scene.entity("shop-api/prod", at);
    stage.set("origin", "AWS::ApiGateway::Stage");
    stage.set(
        "resource_arn",
        format!("arn:aws:apigateway:ap-northeast-2::/restapis/{API}/stages/prod"),
    );
    stage.set(
        "http",
        json!({"request": {
            "url": format!("https://{API}.execute-api.ap-northeast-2.amazonaws.com/prod{}", request.path),
            "method": request.method, "user_agent": scene.visitor.agent, "client_ip": scene.visitor.address,
            "x_forwarded_for": true,
        }}),
    );
    stage.set(
        "aws",
        json!({
            "xray": {"sampling_rule_name": "Default"},
            "api_gateway": {"account_id": "111122223333", "rest_api_id": API, "stage": "prod", "request_id": request_id},
        }),
    );
    stage.set("annotations", json!({"aws:api_id": API, "aws:api_stage": "prod"}));
    stage.set(
        "metadata",
        json!({"default": {"extended_request_id": extended_request_id, "request_id": request_id}}),
    );
    stage
}

/// What the gateway refuses on its own: over the usage plan's rate, or without a key.
fn turn_away(scene: &mut Scene) -> Option<u16> {
    match scene.chance.below(1_000) {
        0..5 => Some(429),
        5..9 => Some(403),
        _ => None,
    }
}

fn integrate(scene: &mut Scene, stage: &mut Entity, request: &Request, at: Timestamp) -> Answer {
    let start = at + scene.hop() + scene.chance.around(2.0, 0.5);
    let (call, answer) = match request.route {
        Route::PlaceOrder => call_function(scene, start),
        Route::Home | Route::Product | Route::Search | Route::Cart | Route::OrderStatus | Route::Report => {
            call_web(scene, request, start)
        }
    };
    stage.add(call);
    answer
}

fn call_web(scene: &mut Scene, request: &Request, at: Timestamp) -> (Entity, Answer) {
    let url = format!("http://web.shop.internal{}", request.path_without_query());
    let mut call = scene.entity("web.shop.internal", at).with("namespace", "remote");
    call.set("http", json!({"request": {"url": url, "method": request.method}}));
    let sent = at + scene.hop();
    let answer = web::serve(scene, request, &call.id, sent);
    let end = answer.at + scene.hop();
    call.answer(answer.status, scene.chance.between(400, 60_000));
    call.finish(end);
    (
        call,
        Answer {
            status: answer.status,
            at: end,
        },
    )
}

/// The status of the call is that of the Invoke operation, not what the function answered.
fn call_function(scene: &mut Scene, at: Timestamp) -> (Entity, Answer) {
    let mut call = scene.entity("Lambda", at).with("namespace", "aws");
    let url = format!(
        "https://lambda.ap-northeast-2.amazonaws.com/2015-03-31/functions/{}/invocations",
        order::ARN
    );
    call.set("http", json!({"request": {"url": url, "method": "POST"}}));
    call.set(
        "aws",
        json!({
            "function_name": "place-order", "region": "ap-northeast-2", "operation": "Invoke",
            "resource_names": ["place-order"],
        }),
    );
    let sent = at + scene.hop();
    let invoked = order::invoke(scene, &call.id, sent);
    let end = invoked.answer.at + scene.hop();
    call.answer(200, scene.chance.between(90, 900));
    if invoked.has_thrown {
        call.flag(&["error"]);
    }
    call.finish(end);
    (
        call,
        Answer {
            status: invoked.answer.status,
            at: end,
        },
    )
}

const API: &str = "q7w2k9x4ab";
