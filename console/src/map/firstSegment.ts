// Commands to copy that make a server's first trace.

export function sdkCommand(host: string): string {
  return `AWS_XRAY_DAEMON_ADDRESS=${host} python app.py`;
}

/** The shell fills in the time; the document is JSON text inside of JSON. */
export function firstSegment(origin: string): string {
  const members = [
    'name: "hello"',
    'id: "70de5b6f19ff9a0a"',
    'trace_id: "1-$(printf %08x $T)-a006649127e371903a2de979"',
    "start_time: $T.1",
    "end_time: $T.35",
  ];
  const document = `{${members.map((member) => member.replace(/^(\w+): /, '"$1":')).join(",")}}`;
  return [
    "T=$(date +%s)",
    `curl --json @- ${origin}/TraceSegments <<END`,
    `{"TraceSegmentDocuments":["${document.replaceAll('"', '\\"')}"]}`,
    "END",
  ].join("\n");
}

export function listCommand(origin: string): string {
  return [
    `aws xray get-trace-summaries --endpoint-url ${origin} \\`,
    "  --start-time $(($(date +%s) - 300)) --end-time $(date +%s)",
  ].join("\n");
}
