import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Dictionary } from "../../i18n/en";
import { useText } from "../../settings";
import { formatDuration, formatLocal, zoneName } from "../../time/format";
import { Pairs } from "../../ui/Pairs";
import { StatusMark } from "../../ui/StatusMark";
import { at, type Json, objectOf, textOf } from "../document";
import { disagreement, durationOf, statusOf } from "../timeline";
import type { Entity, TraceTree } from "../tree";

export function Overview({ entity, tree }: { entity: Entity; tree: TraceTree }) {
  const t = useText();
  if (entity.kind === "missing") return <Alert type="warning" header={t.trace.missing}>{t.trace.partialHint}</Alert>;
  if (entity.kind === "unreadable") return <Alert type="error" header={t.trace.badDocument}>{entity.id}</Alert>;
  const { early, late } = disagreement(entity);
  return (
    <SpaceBetween size="m">
      {early > 0 && <Alert type="info">{t.panel.skew(formatDuration(early))}</Alert>}
      {early === 0 && late > 0 && <Alert type="info">{t.panel.overrun(formatDuration(late))}</Alert>}
      <Pairs pairs={pairsOf(entity, tree, t)} />
    </SpaceBetween>
  );
}

function pairsOf(entity: Entity, tree: TraceTree, t: Dictionary) {
  const { document } = entity;
  const duration = durationOf(entity);
  const flags = ["fault", "error", "throttle", "in_progress"].filter((flag) => document[flag] === true);
  const http = [...flat("request", at(document, "http", "request")), ...flat("response", at(document, "http", "response"))];
  const service = flat("", document["service"]);
  const kinds = { segment: t.panel.segment, subsegment: t.panel.subsegment, inferred: t.panel.inferredSegment, missing: "", unreadable: "" };
  const moment = (seconds: number | undefined) => (seconds === undefined ? "–" : `${formatLocal(seconds, "milliseconds")} ${zoneName()}`);
  const pairs: Array<[string, React.ReactNode]> = [
    [t.panel.status, <StatusMark key="status" status={statusOf(entity)} />],
    [t.panel.duration, duration === undefined ? t.status.inProgress : formatDuration(duration)],
    [t.panel.name, entity.name],
    [t.panel.kind, kinds[entity.kind]],
    [t.panel.id, <Mono key="id" text={entity.id} />],
    [t.panel.parentId, entity.parentId && <Mono key="parent" text={entity.parentId} />],
    [t.panel.origin, entity.origin],
    [t.panel.namespace, textOf(document["namespace"])],
    [t.panel.start, moment(entity.start)],
    [t.panel.end, entity.end === undefined ? "–" : moment(entity.end)],
    [t.panel.offset, entity.start === undefined ? "" : formatDuration(entity.start - tree.start)],
    [t.panel.flags, flags.join(", ")],
    [t.panel.user, textOf(document["user"])],
    ...http.map(([key, value]): [string, string] => [`${t.panel.http} ${key}`, value]),
    ...service.map(([key, value]): [string, string] => [`${t.panel.service} ${key}`, value]),
  ];
  return pairs.filter(([, value]) => value !== "" && value !== undefined).map(([label, value]) => ({ label, value }));
}

/** Keys and simple values of an object, keys with a prefix. */
function flat(prefix: string, value: Json | undefined): Array<[string, string]> {
  return Object.entries(objectOf(value) ?? {})
    .map(([key, part]): [string, string] => [[prefix, key].filter(Boolean).join("."), textOf(part)])
    .filter(([, text]) => text !== "");
}

function Mono({ text }: { text: string }) {
  return <span className="rg-mono">{text}</span>;
}
