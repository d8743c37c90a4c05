// A web shop, for tests and for looking at: orders, a catalogue, payments that sometimes fail, a queue and its worker.
import type { JsonObject } from "../src/trace/document";
import type { Flag, Step } from "./steps";

export const QUEUE = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/orders";

const USERS = ["alice", "bob", "김민수", "carol", "이서연"];
const CITIES = ["서울", "Busan", "Tokyo", "Berlin"];

/** One request; `chance` gives numbers from 0 to 1, always the same for one trace. */
export function request(number: number, chance: () => number): Step {
  if (number % 3 === 0) return browse(number, chance);
  return number % 11 === 5 ? work(number, chance) : order(number, chance);
}

function order(number: number, chance: () => number): Step {
  const outcome = paymentOutcome(number);
  const pay = (outcome === "fault" ? 900 : outcome === "throttle" ? 40 : 120) + chance() * 160;
  const write = 14 + chance() * 20;
  const sql = 25 + chance() * 60;
  const read = 5 + chance() * 8;
  const invocation = read + sql + pay + write + 40;
  const status = { ok: 201, fault: 502, throttle: 429, error: 402, running: 0 }[outcome];
  const user = USERS[number % USERS.length] ?? "alice";
  const response: JsonObject = outcome === "running" ? {} : { response: { status, content_length: 312 } };
  const http: JsonObject = {
    request: { method: "POST", url: "https://shop.example.com/orders", user_agent: "Mozilla/5.0", client_ip: `203.0.113.${number % 40}` },
    ...response,
  };
  const exception: JsonObject = outcome === "fault" ? { cause: paymentCause() } : {};
  const steps: Step[] = [
    { kind: "aws", name: "DynamoDB", after: 12, ms: read, receiver: { name: "carts", type: "AWS::DynamoDB::Table" }, fields: dynamo("GetItem") },
    {
      kind: "local",
      name: "check stock",
      after: 14 + read,
      ms: sql + 4,
      steps: [{ kind: "remote", name: "orders@db.shop.internal", after: 2, ms: sql, receiver: { name: "orders@db.shop.internal", type: "Database::SQL" }, fields: sqlFields() }],
    },
    {
      kind: "remote",
      name: "payments.example.com",
      after: 22 + read + sql,
      ms: pay,
      flag: outcome,
      receiver: { name: "payments.example.com", type: "remote" },
      fields: { http: { request: { method: "POST", url: "https://payments.example.com/v2/charges" }, ...response }, ...exception },
    },
    ...(outcome === "ok" ? [{ kind: "aws" as const, name: "SQS", after: 26 + read + sql + pay, ms: write, receiver: { name: QUEUE, type: "AWS::SQS::Queue" }, fields: sqsFields() }] : []),
  ];
  const handler: Step = {
    kind: "segment",
    name: "place-order",
    origin: "AWS::Lambda::Function",
    after: 9,
    ms: invocation,
    flag: outcome,
    steps: [{ kind: "local", name: "Invocation", after: 3, ms: invocation - 6, flag: outcome, steps, fields: orderFields(number, user, chance) }],
    fields: { aws: { function_arn: "arn:aws:lambda:ap-northeast-2:000000000000:function:place-order", request_id: `6f0c1a2b-${number}`, account_id: "000000000000" }, ...exception },
  };
  return {
    kind: "segment",
    name: "shop-api/prod",
    origin: "AWS::ApiGateway::Stage",
    after: 0,
    ms: invocation + 44,
    flag: outcome,
    fields: { http, user, aws: { account_id: "000000000000", api_gateway: { rest_api_id: "a1b2c3", stage: "prod", request_id: `8d11-${number}` } } },
    steps: [{ kind: "aws", name: "Lambda", after: 8, ms: invocation + 30, flag: outcome, steps: [{ kind: "segment", name: "place-order", origin: "AWS::Lambda", after: 6, ms: invocation + 18, flag: outcome, steps: [handler], fields: { http: { response: { status: 200 } } } }] }],
  };
}

function browse(number: number, chance: () => number): Step {
  const missing = number % 21 === 0;
  const sql = 8 + chance() * 30;
  return {
    kind: "segment",
    name: "catalog",
    origin: "AWS::ECS::Container",
    after: 0,
    ms: sql + 14,
    flag: missing ? "error" : "ok",
    fields: {
      http: { request: { method: "GET", url: `https://shop.example.com/items/${number % 50}`, client_ip: `198.51.100.${number % 30}` }, response: { status: missing ? 404 : 200 } },
      annotations: { item: number % 50, cache_hit: number % 2 === 0 },
      aws: { ecs: { container: "catalog-7d9f", cluster_arn: "arn:aws:ecs:ap-northeast-2:000000000000:cluster/shop" }, xray: { sdk: "X-Ray for Python", sdk_version: "2.15.0", sampling_rule_name: "Default" } },
      service: { runtime: "CPython", runtime_version: "3.12.4", version: "1.8.2" },
    },
    steps: [
      { kind: "remote", name: "orders@db.shop.internal", after: 4, ms: sql, receiver: { name: "orders@db.shop.internal", type: "Database::SQL" }, fields: sqlFields() },
      { kind: "aws", name: "S3", after: 6 + sql, ms: 5, receiver: { name: "shop-pictures", type: "AWS::S3::Bucket" }, fields: { aws: { operation: "GetObject", bucket_name: "shop-pictures", key: `${number % 50}.webp`, region: "ap-northeast-2" } } },
    ],
  };
}

function work(number: number, chance: () => number): Step {
  return {
    kind: "segment",
    name: "order-worker",
    origin: "AWS::ECS::Container",
    after: 0,
    ms: 420 + chance() * 900,
    fields: { annotations: { batch: number } },
    steps: [
      { kind: "aws", name: "SQS", after: 2, ms: 30, receiver: { name: QUEUE, type: "AWS::SQS::Queue" }, fields: sqsFields() },
      { kind: "remote", name: "mail.example.com", after: 60, ms: 240, receiver: { name: "mail.example.com", type: "remote" }, fields: { http: { request: { method: "POST", url: "https://mail.example.com/send" }, response: { status: 202 } } } },
    ],
  };
}

function paymentOutcome(number: number): Flag {
  if (number === 1) return "running";
  if (number % 17 === 4) return "fault";
  if (number % 23 === 7) return "throttle";
  return number % 29 === 8 ? "error" : "ok";
}

function orderFields(number: number, user: string, chance: () => number): JsonObject {
  return {
    annotations: { order_id: `o-${1000 + number}`, username: user, city: CITIES[number % CITIES.length] ?? "", amount: Math.round(chance() * 9000) / 100, express: number % 4 === 0 },
    metadata: {
      default: { items: [{ sku: "tea-001", name: "녹차", quantity: 2 }, { sku: "cup-014", name: "Cup", quantity: 1 }], total: { currency: "KRW", value: 23_500 } },
      debug: { attempt: 1, feature_flags: ["new-checkout", "express"], trace: null, ok: true },
    },
  };
}

function paymentCause(): JsonObject {
  return {
    working_directory: "/var/task",
    exceptions: [
      { id: "5b1d2c3e4f506172", type: "PaymentFailed", message: "charge was refused after 3 attempts: upstream answered 502", cause: "6c2e3d4f50617283", stack: [{ path: "handler.py", line: 88, label: "place_order" }, { path: "payments/client.py", line: 41, label: "charge" }, { path: "payments/retry.py", line: 19, label: "with_retries" }] },
      { id: "6c2e3d4f50617283", type: "HTTPError", message: "502 Bad Gateway", remote: true, stack: [{ path: "payments/http.py", line: 120, label: "post" }] },
    ],
  };
}

function dynamo(operation: string): JsonObject {
  return { aws: { operation, table_name: "carts", region: "ap-northeast-2", request_id: "K2M9QX", retries: 0, resource_names: ["carts"] }, http: { response: { status: 200 } } };
}

function sqsFields(): JsonObject {
  return { aws: { operation: "SendMessage", queue_url: QUEUE, region: "ap-northeast-2", request_id: "7QW2" }, http: { response: { status: 200 } } };
}

function sqlFields(): JsonObject {
  return { sql: { url: "postgresql://shop@db.shop.internal:5432/orders", database_type: "PostgreSQL", database_version: "15.18", user: "shop", driver_version: "psycopg2 2.9.9", sanitized_query: "SELECT i.sku, i.name, s.amount\n  FROM items i\n  JOIN stock s ON s.sku = i.sku\n WHERE i.sku = ANY(%s) AND s.amount > 0\n ORDER BY i.name" } };
}
