//! `mail-worker`: takes messages out of the queue; each is a trace of its own, linked to the call that sent it.

use clock::Timestamp;
use serde_json::json;

use crate::database::{self, Statement};
use crate::dialect::Dialect;
use crate::entity::Entity;
use crate::exception::Exception;
use crate::scene::{Message, Scene};

/// Works off whatever the visit has put into the queue.
pub(crate) fn deliver(scene: &mut Scene) {
    for message in std::mem::take(&mut scene.messages) {
        let at = message.at + scene.chance.around(450.0, 1.0);
        scene.begin_trace(at);
        work(scene, &message, at);
    }
}

fn work(scene: &mut Scene, message: &Message, at: Timestamp) {
    let mut segment = begin(scene, message, at);
    let start = at + scene.chance.around(2.0, 0.4);
    let (read, _) = database::run(scene, READ_RECIPIENT, start);
    let mut now = read.end.unwrap_or(start);
    segment.add(read);
    let mut render = scene.entity("render mail", now);
    now = now + scene.chance.around(18.0, 0.5);
    render.finish(now);
    segment.add(render);
    now = send(scene, &mut segment, now);
    segment.finish(now + scene.chance.around(1.0, 0.4));
    scene.send_segment(Dialect::Otel, &segment, None);
}

fn begin(scene: &mut Scene, message: &Message, at: Timestamp) -> Entity {
    let task = scene.chance.pick(&["5f1c8e0b7a2d4936", "c20d9a61e8f74b35"]);
    let task_arn = format!("arn:aws:ecs:ap-northeast-2:111122223333:task/shop/{task}");
    let mut segment = scene.entity("mail-worker", at);
    segment.set("origin", "AWS::ECS::Fargate");
    segment.set(
        "aws",
        json!({"ecs": {"task_arn": task_arn, "task_family": "mail-worker", "launch_type": "fargate"}}),
    );
    segment.set(
        "links",
        json!([{
            "trace_id": message.trace_id, "id": message.subsegment_id,
            "attributes": {"aws.xray.reserved.reference_type": "parent"},
        }]),
    );
    segment.set(
        "annotations",
        json!({"order_id": message.order_id, "tenant": scene.visitor.tenant}),
    );
    segment.set(
        "metadata",
        json!({"default": {"otel.resource.service.name": "mail-worker", "otel.resource.telemetry.sdk.language": "java"}}),
    );
    segment
}

fn send(scene: &mut Scene, segment: &mut Entity, at: Timestamp) -> Timestamp {
    let request_id = scene.chance.uuid();
    let mut call = scene.entity("SES", at).with("namespace", "aws");
    call.set(
        "aws",
        json!({"operation": "SendEmail", "region": "ap-northeast-2", "request_id": request_id}),
    );
    let end = at + scene.chance.around(95.0, 0.5);
    if scene.chance.happens(UNSENT) {
        let failure = unsent().happen(&mut scene.chance);
        call.answer(503, 0);
        call.fail(&failure);
        segment.fail(&failure);
    } else {
        call.answer(200, 338);
    }
    call.finish(end);
    segment.add(call);
    end
}

fn unsent() -> Exception {
    Exception {
        kind: "software.amazon.awssdk.services.ses.model.SesException",
        message: "Service is unavailable (Service: Ses, Status Code: 503)".to_owned(),
        is_remote: true,
        directory: "/opt/mail-worker",
        stack: &[
            ("MailSender.java", 64, "test.shop.mail.MailSender.send"),
            ("OrderMails.java", 41, "test.shop.mail.OrderMails.onMessage"),
            ("QueueListener.java", 120, "test.shop.mail.QueueListener.poll"),
        ],
    }
}

const READ_RECIPIENT: Statement = Statement {
    text: "SELECT c.name, c.mail, o.total FROM orders o JOIN customer c ON c.id = o.customer WHERE o.id = ?",
    median_ms: 8.0,
    failing: 0.0,
};

const UNSENT: f64 = 0.02;
