//! Which path leads to what.

use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ingest::Metric;
use std::net::SocketAddr;
use wire::Fault;

use crate::answer::{answer, body_of, fault_answer, length_of, sign};
use crate::{Api, assets, extensions, operations};

/// Everything that is served over HTTP.
pub(crate) fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/metrics", get(metrics))
        .fallback(dispatch)
        .with_state(api)
}

async fn metrics(State(api): State<Arc<Api>>) -> String {
    api.metrics.render()
}

async fn dispatch(
    State(api): State<Arc<Api>>,
    ConnectInfo(caller): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = match *request.method() {
        Method::POST => post(&api, &path, caller, request).await,
        Method::GET | Method::HEAD => match console::asset(&path) {
            Some(asset) => assets::response(asset),
            None => fault_answer(&Fault::unknown_operation()),
        },
        _ => fault_answer(&Fault::unknown_operation()),
    };
    sign(&mut response, &*api.chance);
    response
}

async fn post(api: &Arc<Api>, path: &str, caller: SocketAddr, request: Request) -> Response {
    // Held until the answer is there, since until then the request is in memory in some form.
    let _room = api.limits.room_for(length_of(&request)).await;
    let body = match body_of(request).await {
        Ok(body) => body,
        Err(fault) => return fault_answer(&fault),
    };
    if path == extensions::IMPORT_PATH {
        return answer(extensions::import(api, caller, &body).await);
    }
    let Some(operation) = operations::at(path) else {
        return fault_answer(&Fault::unknown_operation());
    };
    let is_in_time = api.limits.admit(operations::kind_of(operation), api.clock.now());
    let response = match is_in_time {
        true => operations::perform(operation, api, &body).await,
        false => fault_answer(&Fault::throttled()),
    };
    let outcome = if response.status() == StatusCode::OK {
        "ok"
    } else {
        "fault"
    };
    metrics::counter!(Metric::Requests.name(), "operation" => operation, "outcome" => outcome).increment(1);
    response.into_response()
}
