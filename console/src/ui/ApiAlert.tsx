// An error answer, its text verbatim, with advice in the user's language.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { ApiError } from "../api/client";
import type { Dictionary } from "../i18n/en";
import { useText } from "../settings";

export function ApiAlert({ error, retry }: { error: Error; retry: () => void }) {
  const t = useText();
  const answered = error instanceof ApiError;
  return (
    <Alert
      type="error"
      header={answered ? t.error.title : t.error.unreachable}
      action={<Button onClick={retry}>{t.error.retry}</Button>}
    >
      {answered && (
        <Box>
          {error.code && <strong>{error.code}: </strong>}
          {error.message}
        </Box>
      )}
      <Box color="text-body-secondary">{adviceFor(error, t)}</Box>
      {answered && error.requestId && (
        <Box color="text-body-secondary" fontSize="body-s">
          {t.error.requestId}: {error.requestId}
        </Box>
      )}
    </Alert>
  );
}

function adviceFor(error: Error, t: Dictionary): string {
  if (!(error instanceof ApiError)) return t.error.unreachableHint;
  if (error.status === 429) return t.error.throttled;
  return error.status >= 500 ? t.error.internal : t.error.refused;
}
