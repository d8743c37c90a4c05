import Box from "@cloudscape-design/components/box";
import { useText } from "../../settings";
import { Pairs } from "../../ui/Pairs";
import { type Json, objectOf, textOf } from "../document";
import type { Entity } from "../tree";

/** The aws block and the resource, flattened; unknown keys stay, since senders add their own. */
export function Resources({ entity }: { entity: Entity }) {
  const t = useText();
  const arn = textOf(entity.document["resource_arn"]);
  const pairs: Array<[string, string]> = [...(arn ? [["resource_arn", arn] as [string, string]] : []), ...flatten(entity.document["aws"])];
  if (pairs.length === 0) return <Box color="text-body-secondary">{t.panel.noResources}</Box>;
  return <Pairs pairs={pairs.map(([label, value]) => ({ label, value }))} />;
}

function flatten(value: Json | undefined): Array<[string, string]> {
  const pairs: Array<[string, string]> = [];
  const waiting: Array<[string, Json]> = Object.entries(objectOf(value) ?? {}).toReversed();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [key, part] = next;
    const inner = objectOf(part);
    if (inner) waiting.push(...Object.entries(inner).map(([name, child]): [string, Json] => [`${key}.${name}`, child]).toReversed());
    else pairs.push([key, Array.isArray(part) ? part.map((item) => textOf(item) || JSON.stringify(item)).join(", ") : textOf(part) || JSON.stringify(part)]);
  }
  return pairs;
}
