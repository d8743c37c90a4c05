import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useRouter } from "../../route/useRoute";
import { useText } from "../../settings";
import { causeOf, type ExceptionReport } from "../document";
import type { Entity, TraceTree } from "../tree";

export function Exceptions({ entity, tree }: { entity: Entity; tree: TraceTree }) {
  const t = useText();
  const cause = causeOf(entity.document);
  if (cause.elsewhere) return <Elsewhere id={cause.elsewhere} tree={tree} />;
  if (cause.exceptions.length === 0) return <Box color="text-body-secondary">{t.panel.noExceptions}</Box>;
  const byId = new Map(cause.exceptions.map((exception) => [exception.id, exception]));
  return (
    <SpaceBetween size="m">
      {cause.exceptions.map((exception, index) => (
        <Exception key={exception.id || index} exception={exception} causedBy={byId.get(exception.cause)} />
      ))}
      {cause.workingDirectory && (
        <Box color="text-body-secondary" fontSize="body-s">
          {t.panel.workingDirectory}: {cause.workingDirectory}
        </Box>
      )}
    </SpaceBetween>
  );
}

function Exception({ exception, causedBy }: { exception: ExceptionReport; causedBy: ExceptionReport | undefined }) {
  const t = useText();
  const { type, message, remote, stack, truncated, skipped } = exception;
  return (
    <div className="rg-exception">
      <SpaceBetween direction="horizontal" size="xs">
        <strong>{type || t.panel.exceptions}</strong>
        {remote && <Badge>{t.panel.remote}</Badge>}
      </SpaceBetween>
      <div>{message}</div>
      {stack.length > 0 && (
        <ol className="rg-stack" aria-label={t.panel.stack}>
          {stack.map((frame, index) => (
            // Frames of a recursion are equal; their place tells them apart.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${index} ${frame.path} ${frame.line}`}>
              {frame.label} <span className="rg-secondary">{[frame.path, frame.line].filter(Boolean).join(":")}</span>
            </li>
          ))}
        </ol>
      )}
      <Box color="text-body-secondary" fontSize="body-s">
        {truncated > 0 && <div>{`${t.panel.framesOmitted}: ${truncated}`}</div>}
        {skipped > 0 && <div>{`${t.panel.skipped}: ${skipped}`}</div>}
        {causedBy && <div>{`${t.panel.causedBy}: ${causedBy.type || causedBy.id}`}</div>}
      </Box>
    </div>
  );
}

/** The exception that another entity describes, and the way there. */
function Elsewhere({ id, tree }: { id: string; tree: TraceTree }) {
  const t = useText();
  const { change } = useRouter();
  const owner = tree.byId.get(id) ?? [...tree.byId.values()].find((entity) => causeOf(entity.document).exceptions.some((exception) => exception.id === id));
  return (
    <SpaceBetween size="xs">
      <Box>{t.panel.causeElsewhere}</Box>
      {owner ? (
        <Button variant="inline-link" onClick={() => change({ segment: owner.id }, "replace")}>
          {owner.name}
        </Button>
      ) : (
        <span className="rg-mono">{id}</span>
      )}
    </SpaceBetween>
  );
}
