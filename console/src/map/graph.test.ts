import { expect, test } from "vitest";
import { answer, shopTraces } from "../../mock/answers";
import { QUEUE } from "../../mock/shop";
import type { GetServiceGraphResponse, Service } from "../api/wire";
import { columns } from "./columns";
import { edgesInto, edgesOutOf, toGraph } from "./graph";
import { covers, extent, fromElk, NODE, NO_LAYOUT, toElk } from "./layout";
import { fitText, widthOf } from "./label";
import { edgePath } from "./path";

const NOW = 1767225600;
const { Services } = answer(shopTraces(NOW, 100), "ServiceGraph", { StartTime: NOW - 600, EndTime: NOW }).body as GetServiceGraphResponse;
const graph = toGraph(Services);
const nodeOf = (key: string) => graph.nodes.find((node) => node.key === key);

test("nodes are told apart by name and type", () => {
  expect(graph.nodes.filter((node) => node.name === "place-order").map((node) => node.type)).toEqual(["AWS::Lambda", "AWS::Lambda::Function"]);
  expect(new Set(graph.nodes.map((node) => node.key)).size).toBe(graph.nodes.length);
});

test("state and type say whether a node is a client, reported or inferred", () => {
  expect(nodeOf("shop-api/prod|client")?.kind).toBe("client");
  expect(nodeOf("catalog|AWS::ECS::Container")?.kind).toBe("reported");
  expect(nodeOf("payments.example.com|remote")?.kind).toBe("inferred");
});

test("a client's numbers are those of its edges", () => {
  const client = nodeOf("catalog|client");
  const service = nodeOf("catalog|AWS::ECS::Container");
  expect(client?.counts).toEqual(service?.counts);
  expect(client?.average).toBeCloseTo(service?.average ?? 0, 3);
  expect(client?.histogram).toEqual(service?.histogram);
});

test("edges know both ends; links are no calls", () => {
  expect(edgesInto(graph, "orders@db.shop.internal|Database::SQL").map((edge) => edge.from)).toEqual(["catalog|AWS::ECS::Container", "place-order|AWS::Lambda::Function"]);
  expect(edgesOutOf(graph, `${QUEUE}|AWS::SQS::Queue`)).toMatchObject([{ to: "order-worker|AWS::ECS::Container", kind: "link" }]);
});

test("a node without a type, statistics or a known edge is drawn all the same", () => {
  const bare = { ReferenceId: 0, Name: "a", Names: ["a"], State: "active", Edges: [{ ReferenceId: 9 }] } as unknown as Service;
  expect(toGraph([bare])).toMatchObject({ nodes: [{ key: "a", total: 0, average: undefined }], edges: [] });
});

test("nothing moves while every node has its place", () => {
  const layout = columns(graph);
  expect(covers(layout, graph)).toBe(true);
  expect(covers(layout, { nodes: graph.nodes.slice(1), edges: [] })).toBe(true);
  expect(covers(NO_LAYOUT, graph)).toBe(false);
  expect(covers(layout, { nodes: graph.nodes.slice(0, 3), edges: [] })).toBe(false);
});

test("elk is asked with the order of the old places, and answers with circles", () => {
  const old = columns(graph);
  const question = toElk(graph, old);
  const xs = (question.children ?? []).map((child) => old.nodes.get(child.id)?.x ?? 0);
  expect(xs).toEqual(xs.toSorted((a, b) => a - b));
  const [child] = question.children ?? [];
  const layout = fromElk({ id: "map", children: [{ id: child?.id ?? "", x: 100, y: 10 }] }, graph);
  expect(layout.nodes.get(child?.id ?? "")).toEqual({ x: 100 + NODE.width / 2, y: 10 + NODE.circleY });
});

test("columns follow the calls, and a cycle ends", () => {
  const { nodes } = columns(graph);
  const x = (key: string) => nodes.get(key)?.x ?? -1;
  expect(x("shop-api/prod|client")).toBeLessThan(x("shop-api/prod|AWS::ApiGateway::Stage"));
  expect(x("place-order|AWS::Lambda")).toBeLessThan(x("place-order|AWS::Lambda::Function"));
  expect(extent(columns(graph), nodes.keys()).width).toBeGreaterThan(NODE.width);
});

test("an edge begins and ends outside of the circles", () => {
  const straight = edgePath({ x: 0, y: 0 }, { x: 300, y: 0 }, []);
  expect(straight.d).toMatch(/^M46 0L/);
  expect(straight.label).toEqual({ x: expect.closeTo(145.5, 0) as number, y: 0 });
  expect(edgePath({ x: 0, y: 0 }, { x: 0, y: 0 }, []).d).toMatch(/^M14 /);
});

test("names lose their middle, and wide scripts count double", () => {
  expect(fitText("orders", 10)).toBe("orders");
  expect(fitText(QUEUE, 20)).toBe("https://s…000/orders");
  expect(widthOf(fitText("주문처리서비스프로덕션", 12))).toBeLessThanOrEqual(12);
});
