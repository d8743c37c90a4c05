// Everything about one entity, in tabs.
import Tabs from "@cloudscape-design/components/tabs";
import { useRouter } from "../route/useRoute";
import { useText } from "../settings";
import { CodeBlock } from "../ui/CodeBlock";
import { download } from "../ui/download";
import Button from "@cloudscape-design/components/button";
import { annotationsOf, causeOf, objectOf } from "./document";
import { Annotations } from "./tabs/Annotations";
import { Exceptions } from "./tabs/Exceptions";
import { Metadata } from "./tabs/Metadata";
import { Overview } from "./tabs/Overview";
import { Resources } from "./tabs/Resources";
import { Sql } from "./tabs/Sql";
import type { Entity, TraceTree } from "./tree";

export function SegmentPanel({ entity, tree }: { entity: Entity; tree: TraceTree }) {
  const t = useText();
  const { params, change } = useRouter();
  const { document } = entity;
  const exceptions = causeOf(document).exceptions.length;
  const counted = (text: string, count: number) => (count > 0 ? `${text} (${count})` : text);
  const tabs = [
    { id: "overview", label: t.panel.overview, content: <Overview entity={entity} tree={tree} /> },
    { id: "resources", label: t.panel.resources, content: <Resources entity={entity} /> },
    { id: "annotations", label: counted(t.panel.annotations, annotationsOf(document).length), content: <Annotations entity={entity} /> },
    { id: "metadata", label: t.panel.metadata, content: <Metadata entity={entity} /> },
    { id: "exceptions", label: counted(t.panel.exceptions, exceptions), content: <Exceptions entity={entity} tree={tree} /> },
    ...(objectOf(document["sql"]) ? [{ id: "sql", label: t.panel.sql, content: <Sql entity={entity} /> }] : []),
    { id: "raw", label: t.panel.raw, content: <Raw entity={entity} /> },
  ];
  const asked = params["tab"];
  const active = tabs.some((tab) => tab.id === asked) ? asked : "overview";
  return (
    <Tabs
      activeTabId={active ?? "overview"}
      tabs={tabs}
      onChange={({ detail }) => change({ tab: detail.activeTabId === "overview" ? undefined : detail.activeTabId }, "replace")}
    />
  );
}

function Raw({ entity }: { entity: Entity }) {
  const t = useText();
  const text = entity.text || JSON.stringify(entity.document, null, 2);
  return (
    <CodeBlock
      title={entity.id}
      text={text}
      actions={<Button variant="icon" iconName="download" ariaLabel={t.panel.download} onClick={() => download(`${entity.id}.json`, text)} />}
    />
  );
}
