//! The SQL database `orders`: it writes no segments itself, its callers' subsegments tell of it.

use clock::Timestamp;
use serde_json::json;

use crate::entity::Entity;
use crate::exception::{Exception, Failure, Frame};
use crate::scene::Scene;

/// A statement and how long it takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    pub(crate) text: &'static str,
    pub(crate) median_ms: f64,
    /// How often the database gives up on it.
    pub(crate) failing: f64,
}

/// One statement as its caller records it, and the exception if it failed.
pub(crate) fn run(scene: &mut Scene, statement: Statement, at: Timestamp) -> (Entity, Option<Failure>) {
    let mut call = begin(scene, statement.text, at);
    let mut took = scene.chance.around(statement.median_ms, 0.7);
    let failure = if scene.chance.happens(statement.failing) {
        took += scene.chance.around(1_000.0, 0.001);
        Some(timed_out().happen(&mut scene.chance))
    } else {
        None
    };
    if let Some(failure) = &failure {
        call.fail(failure);
    }
    call.finish(at + took);
    (call, failure)
}

/// A statement that is still running.
pub(crate) fn begin(scene: &mut Scene, statement: &str, at: Timestamp) -> Entity {
    scene
        .entity("orders@db.shop.test", at)
        .with("namespace", "remote")
        .with(
            "sql",
            json!({
                "url": "postgresql://shop@db.shop.test:5432/orders",
                "user": "shop",
                "database_type": "PostgreSQL",
                "database_version": "16.3",
                "preparation": "statement",
                "sanitized_query": statement,
            }),
        )
}

fn timed_out() -> Exception {
    Exception {
        kind: "psycopg2.errors.QueryCanceled",
        message: "canceling statement due to statement timeout".to_owned(),
        is_remote: true,
        directory: "/opt/shop",
        stack: STACK,
    }
}

const STACK: &[Frame] = &[
    ("/opt/python/shop_orders/storage.py", 118, "save"),
    ("/opt/python/shop_orders/storage.py", 74, "in_transaction"),
    ("/opt/python/aws_xray_sdk/ext/dbapi2.py", 57, "execute"),
    ("/opt/python/psycopg2/extras.py", 236, "execute"),
];
