//! The shapes of traces: what the services of an endpoint send, drawn once and written many times.

use crate::chance::Chance;
use crate::prepared::{Field, Prepared};
use crate::system::{Call, Endpoint, Service, Step};

/// Whether a trace fails, and as what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ok,
    /// The client's mistake.
    Error,
    /// Ours.
    Fault,
}

/// All documents of a trace, but for what differs from instance to instance.
#[derive(Debug)]
pub(crate) struct TraceShape {
    /// In the order of their ends, which is that of their sending.
    pub(crate) documents: Vec<DocumentShape>,
    /// Microseconds.
    pub(crate) duration_us: u64,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct DocumentShape {
    pub(crate) service: &'static Service,
    /// The document itself.
    pub(crate) raw: Prepared,
    /// The same as the inside of a JSON string.
    pub(crate) escaped: Prepared,
    /// Its segment and subsegments.
    pub(crate) spans: u32,
    /// When it ends, in microseconds after the trace's begin.
    pub(crate) end_us: u64,
}

impl TraceShape {
    /// Draws one way in which a request to `endpoint` may go.
    pub(crate) fn draw(endpoint: &Endpoint, outcome: Outcome, chance: &mut Chance) -> TraceShape {
        let mut sketch = Sketch {
            endpoint,
            chance,
            documents: vec![],
            entities: 0,
            hexes: 0,
        };
        let duration_us = sketch.call(&endpoint.served_by, None, (0, outcome));
        TraceShape {
            documents: sketch.documents,
            duration_us,
        }
    }

    /// Segments and subsegments.
    #[cfg(test)]
    pub(crate) fn spans(&self) -> u32 {
        self.documents.iter().map(|document| document.spans).sum()
    }
}

struct Sketch<'d> {
    endpoint: &'d Endpoint,
    chance: &'d mut Chance,
    documents: Vec<DocumentShape>,
    entities: u32,
    hexes: u32,
}

impl Sketch<'_> {
    /// A service serves a call from `at` on. Returns when it is done.
    fn call(&mut self, call: &Call, parent: Option<u32>, (at, outcome): (u64, Outcome)) -> u64 {
        let id = self.entity();
        let last = call.steps.len().saturating_sub(1);
        let calls_another = |step: &Step| matches!(step, Step::Call(_));
        let culprit = call.steps.iter().rposition(calls_another).unwrap_or(last);
        let mut now = at + self.duration(GAP_US);
        let mut steps = Prepared::default();
        for (index, step) in call.steps.iter().enumerate() {
            if index > 0 {
                steps.text(",");
            }
            let of_step = if index == culprit { outcome } else { Outcome::Ok };
            now = self.step(step, (now, of_step), &mut steps) + self.duration(GAP_US);
        }
        let mut raw = Prepared::default();
        raw.text("{\"name\":\"")
            .text(call.service.name)
            .text("\",\"id\":\"");
        raw.field(Field::Entity(id))
            .text("\",\"trace_id\":\"")
            .field(Field::TraceId);
        if let Some(parent) = parent {
            raw.text("\",\"parent_id\":\"").field(Field::Entity(parent));
        }
        raw.text("\",\"start_time\":").field(Field::Moment(at));
        raw.text(",\"end_time\":").field(Field::Moment(now));
        self.request(&mut raw, call.service, (parent.is_none(), outcome));
        self.surroundings(&mut raw, call.service);
        flags(&mut raw, outcome);
        raw.text(",\"subsegments\":[").append(&steps);
        raw.text("]}");
        self.documents.push(DocumentShape {
            service: call.service,
            escaped: raw.escaped(),
            raw,
            spans: 1 + call.steps.len() as u32,
            end_us: now,
        });
        now
    }

    fn step(&mut self, step: &Step, (at, outcome): (u64, Outcome), out: &mut Prepared) -> u64 {
        let id = self.entity();
        let end = match step {
            Step::Own(_, median_us) | Step::Remote(_, median_us) => at + self.duration(*median_us),
            Step::Table(..) => at + self.duration(TABLE_US),
            Step::Sql(..) => at + self.duration(SQL_US),
            Step::Call(call) => {
                let begin = at + self.duration(NETWORK_US);
                self.call(call, Some(id), (begin, outcome)) + self.duration(NETWORK_US)
            }
        };
        let name = match step {
            Step::Own(name, _) | Step::Remote(name, _) | Step::Sql(name, _) => name,
            Step::Table(..) => "DynamoDB",
            Step::Call(call) => call.service.name,
        };
        out.text("{\"id\":\"").field(Field::Entity(id));
        out.text("\",\"name\":\"").text(name);
        out.text("\",\"start_time\":").field(Field::Moment(at));
        out.text(",\"end_time\":").field(Field::Moment(end));
        self.step_details(step, outcome, out);
        flags(out, outcome);
        if outcome != Outcome::Ok && !matches!(step, Step::Call(_)) {
            self.cause(out);
        }
        out.text("}");
        end
    }

    fn step_details(&mut self, step: &Step, outcome: Outcome, out: &mut Prepared) {
        match step {
            Step::Own(..) => {}
            Step::Remote(host, _) => {
                out.text(
                    ",\"namespace\":\"remote\",\"http\":{\"request\":{\"method\":\"POST\",\"url\":\"http://",
                );
                out.text(host)
                    .text("/v1/exchange\"}")
                    .text(",")
                    .text(response(outcome))
                    .text("}");
            }
            Step::Table(operation, table) => {
                out.text(",\"namespace\":\"aws\",\"aws\":{\"operation\":\"")
                    .text(operation);
                out.text("\",\"region\":\"eu-central-1\",\"table_name\":\"")
                    .text(table);
                out.text("\",\"request_id\":\"")
                    .field(self.hex())
                    .field(self.hex());
                out.text("\",\"retries\":0},\"http\":{")
                    .text(response(outcome))
                    .text("}");
            }
            Step::Sql(database, query) => {
                out.text(",\"namespace\":\"remote\",\"sql\":{\"url\":\"postgresql://")
                    .text(database);
                out.text(".example.internal:5432/shop\",\"database_type\":\"PostgreSQL\",\"database_version\":\"16.4\"");
                out.text(",\"user\":\"shop\",\"preparation\":\"statement\",\"sanitized_query\":\"");
                out.text(query).text("\"}");
            }
            Step::Call(call) => {
                out.text(",\"namespace\":\"remote\",\"http\":{\"request\":{\"method\":\"");
                out.text(self.endpoint.method)
                    .text("\",\"url\":\"http://")
                    .text(call.service.name);
                out.text(".example.internal").text(self.endpoint.path).text("\"}");
                out.text(",").text(response(outcome)).text("}");
            }
        }
    }

    /// What was asked of the service, and what it answered.
    fn request(&mut self, out: &mut Prepared, service: &Service, (is_root, outcome): (bool, Outcome)) {
        let host = if is_root {
            "https://shop.example.com"
        } else {
            "http://"
        };
        out.text(",\"http\":{\"request\":{\"method\":\"")
            .text(self.endpoint.method);
        out.text("\",\"url\":\"").text(host);
        if !is_root {
            out.text(service.name).text(".example.internal");
        }
        out.text(self.endpoint.path);
        if self.endpoint.path.len() > 1 && self.endpoint.path.ends_with('/') {
            out.field(Field::Hex(PRODUCT_HEX));
        }
        if is_root {
            let agent = AGENTS[self.chance.below(AGENTS.len() as u64) as usize];
            out.text("\",\"user_agent\":\"").text(agent);
            let client = format!("203.0.113.{}", self.chance.below(250));
            out.text("\",\"client_ip\":\"")
                .text(&client)
                .text("\",\"x_forwarded_for\":true}");
        } else {
            out.text("\",\"user_agent\":\"shop-client/3.1\",\"client_ip\":\"10.0.4.17\"}");
        }
        out.text(",").text(response(outcome)).text("}");
        if is_root {
            out.text(",\"user\":\"user-").field(Field::Customer).text("\"");
        }
        out.text(",\"annotations\":{\"version\":\"2026.11.3\",\"zone\":\"eu-central-1b\"");
        if is_root {
            out.text(",\"customer\":\"c-").field(Field::Customer).text("\"");
        }
        out.text("}");
    }

    /// Where the service runs, which library speaks for it, and what its programmers noted.
    fn surroundings(&mut self, out: &mut Prepared, service: &Service) {
        out.text(",\"origin\":\"").text(service.origin);
        out.text("\",\"service\":{\"version\":\"2026.11.3\",\"runtime\":\"production\"},\"aws\":{\"xray\":{\"sdk\":\"");
        out.text(service.sdk)
            .text("\",\"sdk_version\":\"3.5.1\",\"sampling_rule_name\":\"Default\"}");
        let machine = self.chance.below(6);
        if service.origin.contains("ECS") {
            let container = format!(
                ",\"ecs\":{{\"container\":\"{}-{machine}.example.internal\"",
                service.name
            );
            out.text(&container)
                .text(",\"container_id\":\"5f1d8c4be02a9376-")
                .text(&machine.to_string());
            out.text("\"}}");
        } else {
            let instance = format!(",\"ec2\":{{\"instance_id\":\"i-0a1b2c3d4e5f6a7b{machine}\"");
            out.text(&instance)
                .text(",\"availability_zone\":\"eu-central-1b\",\"instance_size\":\"m7g.large\"}}");
        }
        out.text(",\"metadata\":{\"default\":{\"request_id\":\"")
            .field(Field::Hex(REQUEST_HEX))
            .field(Field::Hex(REQUEST_HEX + 1));
        out.text("\",\"session\":\"").field(Field::Hex(SESSION_HEX));
        out.text("\",\"deployment\":{\"build\":\"4711\",\"branch\":\"main\",\"image\":\"registry.example.internal/shop/");
        out.text(service.name)
            .text(":2026.11.3\"},\"flags\":{\"new_checkout\":true,\"dark_mode\":false,");
        out.text("\"price_rounding\":\"half-even\",\"search_ranking\":\"b\"},\"cache\":{\"hits\":");
        let (hits, misses) = (self.chance.below(90), self.chance.below(9));
        out.text(&format!(
            "{hits},\"misses\":{misses},\"bytes\":{}}}}}}}",
            self.chance.below(90_000)
        ));
    }

    fn cause(&mut self, out: &mut Prepared) {
        out.text(",\"cause\":{\"working_directory\":\"/srv/app\",\"exceptions\":[{\"id\":\"")
            .field(self.hex());
        out.text("\",\"message\":\"upstream did not answer within 2000 ms\",\"type\":\"TimeoutError\",\"remote\":false");
        out.text(",\"stack\":[{\"path\":\"app/client.py\",\"line\":118,\"label\":\"exchange\"},");
        out.text("{\"path\":\"app/handlers.py\",\"line\":57,\"label\":\"serve\"},");
        out.text("{\"path\":\"app/main.py\",\"line\":12,\"label\":\"run\"}]}]}");
    }

    fn duration(&mut self, median_us: u32) -> u64 {
        self.chance.log_normal(f64::from(median_us), SIGMA) as u64 + 1
    }

    fn entity(&mut self) -> u32 {
        self.entities += 1;
        self.entities
    }

    fn hex(&mut self) -> Field {
        self.hexes += 1;
        Field::Hex(self.hexes)
    }
}

fn response(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "\"response\":{\"status\":200,\"content_length\":1482}",
        Outcome::Error => "\"response\":{\"status\":404,\"content_length\":87}",
        Outcome::Fault => "\"response\":{\"status\":503,\"content_length\":91}",
    }
}

fn flags(out: &mut Prepared, outcome: Outcome) {
    match outcome {
        Outcome::Ok => {}
        Outcome::Error => drop(out.text(",\"error\":true")),
        Outcome::Fault => drop(out.text(",\"fault\":true")),
    }
}

const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "shop-app/8.2 (Android 16)",
];
const GAP_US: u32 = 150;
const NETWORK_US: u32 = 400;
const TABLE_US: u32 = 4_000;
const SQL_US: u32 = 2_500;
const SIGMA: f64 = 0.7;
/// Numbers of meaningless digits that several documents of a trace share.
const PRODUCT_HEX: u32 = 1_000;
const SESSION_HEX: u32 = 1_001;
const REQUEST_HEX: u32 = 1_002;
