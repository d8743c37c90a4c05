// What one sees first of a trace.
import Container from "@cloudscape-design/components/container";
import Link from "@cloudscape-design/components/link";
import type { TraceEntry } from "../api/wire";
import type { Dictionary } from "../i18n/en";
import { useText } from "../settings";
import { formatDuration, formatLocal, formatUtc, zoneName } from "../time/format";
import { type Pair, Pairs } from "../ui/Pairs";
import { StatusMark } from "../ui/StatusMark";
import { annotationsOf, at, textOf } from "./document";
import { durationOf, statusOf } from "./timeline";
import { type TraceTree, withDescendants } from "./tree";

export function TraceHeader({ trace, tree }: { trace: TraceEntry; tree: TraceTree }) {
  const t = useText();
  return (
    <Container>
      <Pairs pairs={factsOf(trace, tree, t)} />
    </Container>
  );
}

function factsOf(trace: TraceEntry, tree: TraceTree, t: Dictionary): Pair[] {
  const { root } = tree;
  const url = textOf(at(root?.document, "http", "request", "url"));
  const method = textOf(at(root?.document, "http", "request", "method"));
  const users = [...new Set(tree.roots.flatMap(withDescendants).map((entity) => textOf(entity.document["user"])).filter(Boolean))];
  const responseTime = root && durationOf(root);
  const written = (seconds: number | undefined) => (seconds === undefined ? "–" : formatDuration(seconds));
  const items: Array<Pair | false> = [
    { label: t.traces.status, value: <StatusMark status={root ? statusOf(root) : "partial"} /> },
    { label: t.unit.responseTime, value: <Strong text={written(responseTime)} /> },
    { label: t.unit.duration, value: written(trace.Duration ?? undefined) },
    { label: t.trace.start, value: <Start seconds={tree.start} /> },
    { label: t.trace.request, value: url || method ? <Request method={method} url={url} /> : "–" },
    { label: t.trace.response, value: root?.code ?? "–" },
    users.length > 0 && { label: t.trace.users, value: users.join(", ") },
    root !== undefined && { label: t.trace.root, value: `${root.name}${root.origin ? ` (${root.origin})` : ""}` },
    { label: t.trace.segments, value: tree.segments },
    annotationsIn(tree).length > 0 && { label: t.trace.annotations, value: <Annotations tree={tree} />, wide: true },
  ];
  return items.filter((item): item is Pair => item !== false);
}

function Strong({ text }: { text: string }) {
  return <strong>{text}</strong>;
}

function Start({ seconds }: { seconds: number }) {
  return (
    <>
      <div>
        {formatLocal(seconds, "milliseconds")} {zoneName()}
      </div>
      {zoneName() !== "UTC" && <div className="rg-secondary">{formatUtc(seconds, "milliseconds")} UTC</div>}
    </>
  );
}

/** Foreign text becomes a link only where it is a web address, and tells nobody where it was found. */
function Request({ method, url }: { method: string; url: string }) {
  const isWeb = /^https?:\/\//i.test(url);
  return (
    <span>
      {method} {isWeb ? <Link href={url} target="_blank" rel="noopener noreferrer">{url}</Link> : url}
    </span>
  );
}

function Annotations({ tree }: { tree: TraceTree }) {
  return (
    <span className="rg-annotations">
      {annotationsIn(tree).map(([key, value]) => (
        <span key={`${key} ${value}`} className="rg-annotation">
          {key}: <b>{value}</b>
        </span>
      ))}
    </span>
  );
}

// LIMIT: the header shows this many; each entity's panel shows all of its own.
const ANNOTATIONS_MAX = 12;

function annotationsIn(tree: TraceTree): Array<[string, string]> {
  const all = tree.roots.flatMap(withDescendants).flatMap((entity) => annotationsOf(entity.document));
  const unique = new Map(all.map(([key, value]) => [`${key} ${String(value)}`, [key, String(value)] as [string, string]]));
  return [...unique.values()].slice(0, ANNOTATIONS_MAX);
}
