import SpaceBetween from "@cloudscape-design/components/space-between";
import { useText } from "../../settings";
import { CodeBlock } from "../../ui/CodeBlock";
import { Pairs } from "../../ui/Pairs";
import { objectOf, textOf } from "../document";
import type { Entity } from "../tree";

export function Sql({ entity }: { entity: Entity }) {
  const t = useText();
  const { sanitized_query: query, ...rest } = objectOf(entity.document["sql"]) ?? {};
  const text = textOf(query);
  const items = Object.entries(rest).map(([label, value]) => ({ label, value: textOf(value) }));
  return (
    <SpaceBetween size="m">
      {text !== "" && <CodeBlock title={t.panel.query} text={text} />}
      <Pairs pairs={items} />
    </SpaceBetween>
  );
}
