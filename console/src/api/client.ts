// The public API, over HTTP with JSON bodies. Paths are relative, so that a proxy may put the console under a prefix.
import type {
  BatchGetTracesRequest,
  BatchGetTracesResponse,
  GetServiceGraphRequest,
  GetServiceGraphResponse,
  GetTraceGraphRequest,
  GetTraceGraphResponse,
  GetTraceSummariesRequest,
  GetTraceSummariesResponse,
} from "./wire";

/** An error answer, its text untouched. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    text: string,
    readonly requestId: string | undefined,
  ) {
    super(text);
  }
}

/** No answer at all: the server is away or the line is cut. */
export class Unreachable extends Error {}

type Signal = AbortSignal | undefined;

export function getServiceGraph(request: GetServiceGraphRequest, signal?: Signal): Promise<GetServiceGraphResponse> {
  return post("ServiceGraph", request, signal);
}

export function getTraceSummaries(request: GetTraceSummariesRequest, signal?: Signal): Promise<GetTraceSummariesResponse> {
  return post("TraceSummaries", request, signal);
}

export function batchGetTraces(request: BatchGetTracesRequest, signal?: Signal): Promise<BatchGetTracesResponse> {
  return post("Traces", request, signal);
}

export function getTraceGraph(request: GetTraceGraphRequest, signal?: Signal): Promise<GetTraceGraphResponse> {
  return post("TraceGraph", request, signal);
}

async function post<Answer>(path: string, body: unknown, signal: Signal): Promise<Answer> {
  const response = await send(path, body, signal);
  const text = await response.text();
  if (!response.ok) throw asError(response, text);
  return JSON.parse(text) as Answer;
}

async function send(path: string, body: unknown, signal: Signal): Promise<Response> {
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Unreachable(String(cause), { cause });
  }
}

function asError(response: Response, text: string): ApiError {
  const body = parseObject(text);
  const code = response.headers.get("x-amzn-errortype") ?? stringOf(body["__type"]) ?? stringOf(body["code"]) ?? "";
  const message = stringOf(body["Message"]) ?? stringOf(body["message"]) ?? (text.length < 500 ? text : response.statusText);
  const requestId = response.headers.get("x-amzn-requestid") ?? undefined;
  return new ApiError(response.status, code.split(":")[0] ?? "", message, requestId);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
