// The mock behind HTTP, for the development server.
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseDocument } from "../src/trace/document";
import { answer, shopTraces } from "./answers";

export function respond(incoming: IncomingMessage, outgoing: ServerResponse): void {
  let text = "";
  incoming.on("data", (part: Buffer) => (text += part.toString("utf8")));
  incoming.on("end", () => {
    const traces = process.env["EMPTY"] === "1" ? [] : shopTraces(epoch(), 2400);
    const { status, body } = answer(traces, (incoming.url ?? "").slice(1), parseDocument(text) ?? {});
    outgoing.writeHead(status, { "content-type": "application/json" });
    outgoing.end(JSON.stringify(body));
  });
}

/** Ids depend on the time, so it moves in steps long enough to follow a link. */
function epoch(): number {
  return Math.floor(Date.now() / 600_000) * 600 + 590;
}
