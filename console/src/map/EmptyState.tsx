// Nothing to draw: either nothing was ever received, or nothing lies in this range.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useLastTrace } from "../api/queries";
import { useText } from "../settings";
import { formatLocal, zoneName } from "../time/format";
import { useTimeRange } from "../time/useTimeRange";
import { CodeBlock } from "../ui/CodeBlock";
import { firstSegment, listCommand, sdkCommand } from "./firstSegment";

export function EmptyState() {
  const last = useLastTrace(true);
  if (last.isPending) return null;
  return typeof last.data === "number" ? <EmptyRange last={last.data} /> : <NothingYet />;
}

function EmptyRange({ last }: { last: number }) {
  const t = useText();
  const { setRange } = useTimeRange();
  const around = { kind: "absolute", start: Math.floor(last) - 270, end: Math.floor(last) + 30 } as const;
  return (
    <Box textAlign="center" padding="xxxl">
      <SpaceBetween size="s">
        <Box variant="h2">{t.empty.inRange}</Box>
        <Box color="text-body-secondary">
          {t.empty.lastData}: {formatLocal(last)} {zoneName()}
        </Box>
        <Button onClick={() => setRange(around)}>{t.empty.showLast}</Button>
      </SpaceBetween>
    </Box>
  );
}

function NothingYet() {
  const t = useText();
  const { origin, host } = window.location;
  return (
    <Container header={<Header variant="h2" description={t.empty.nothingHint}>{t.empty.nothing}</Header>}>
      <SpaceBetween size="m">
        <CodeBlock title={t.empty.sdk} text={sdkCommand(host)} />
        <CodeBlock title={t.empty.curl} text={firstSegment(origin)} />
        <CodeBlock title={t.empty.cli} text={listCommand(origin)} />
        <Box color="text-body-secondary">{t.empty.appears}</Box>
      </SpaceBetween>
    </Container>
  );
}
