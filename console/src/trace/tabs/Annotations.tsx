import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { annotationFilter } from "../../filter/text";
import { useRouter } from "../../route/useRoute";
import { useText } from "../../settings";
import { annotationsOf } from "../document";
import type { Entity } from "../tree";

export function Annotations({ entity }: { entity: Entity }) {
  const t = useText();
  const { open, href } = useRouter();
  const annotations = annotationsOf(entity.document);
  if (annotations.length === 0) return <Box color="text-body-secondary">{t.panel.noAnnotations}</Box>;
  const types = { string: t.panel.text, number: t.panel.number, boolean: t.panel.boolean };
  return (
    <table className="rg-table">
      <thead>
        <tr>
          <th scope="col">{t.panel.key}</th>
          <th scope="col">{t.panel.value}</th>
          <th scope="col">{t.panel.type}</th>
          <th scope="col">
            <span className="rg-visually-hidden">{t.panel.filterBy}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {annotations.map(([key, value]) => {
          const params = { filter: annotationFilter(key, value) };
          return (
            <tr key={key}>
              <td className="rg-mono">{key}</td>
              <td>{String(value)}</td>
              <td className="rg-secondary">{types[typeof value as keyof typeof types]}</td>
              <td>
                <span title={t.panel.filterBy}>
                  <Button
                    variant="inline-icon"
                    iconName="search"
                    ariaLabel={`${t.panel.filterBy}: ${key}`}
                    href={href({ name: "traces" }, params)}
                    onFollow={(event) => {
                      event.preventDefault();
                      open({ name: "traces" }, params);
                    }}
                  />
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
