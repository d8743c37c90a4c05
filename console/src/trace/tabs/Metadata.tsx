import Box from "@cloudscape-design/components/box";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useText } from "../../settings";
import { Copy, CodeBlock } from "../../ui/CodeBlock";
import { JsonTree } from "../../ui/JsonTree";
import { type Json, objectOf } from "../document";
import type { Entity } from "../tree";

/** By namespace, as a tree or as text. */
export function Metadata({ entity }: { entity: Entity }) {
  const t = useText();
  const [form, setForm] = useState("tree");
  const metadata = entity.document["metadata"];
  const namespaces: Array<[string, Json]> = Object.entries(objectOf(metadata) ?? {});
  if (namespaces.length === 0) return <Box color="text-body-secondary">{t.panel.noMetadata}</Box>;
  return (
    <SpaceBetween size="m">
      <SegmentedControl
        label={t.map.view}
        selectedId={form}
        options={[
          { id: "tree", text: t.panel.tree },
          { id: "text", text: t.panel.json },
        ]}
        onChange={({ detail }) => setForm(detail.selectedId)}
      />
      {form === "text" ? (
        <CodeBlock text={JSON.stringify(metadata, null, 2)} />
      ) : (
        namespaces.map(([name, value]) => (
          <div key={name}>
            <div className="rg-code-head">
              <Box variant="h4">{name}</Box>
              <Copy text={JSON.stringify(value, null, 2)} label={`${t.panel.copy}: ${name}`} />
            </div>
            <JsonTree value={value} />
          </div>
        ))
      )}
    </SpaceBetween>
  );
}
