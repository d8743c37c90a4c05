// The documents of a trace, as the server keeps them.
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useTrace } from "../api/queries";
import type { TraceEntry } from "../api/wire";
import { useRouter } from "../route/useRoute";
import { useText } from "../settings";
import { Layout } from "../shell/Layout";
import { ApiAlert } from "../ui/ApiAlert";
import { CodeBlock } from "../ui/CodeBlock";
import { download } from "../ui/download";
import { parseDocument, textOf } from "./document";
import { Loading, NotFound, TraceId } from "./TracePage";

export function RawPage({ id }: { id: string }) {
  const t = useText();
  const { open, href } = useRouter();
  const trace = useTrace(id);
  return (
    <Layout title={`${t.trace.raw} ${id}`} active="traces">
      <ContentLayout
        defaultPadding
        header={
          <Header
            variant="h1"
            description={<TraceId id={id} />}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  href={href({ name: "trace", id })}
                  onFollow={(event) => {
                    event.preventDefault();
                    open({ name: "trace", id });
                  }}
                >
                  {t.trace.back}
                </Button>
                <Button iconName="download" disabled={!trace.data} onClick={() => trace.data && download(`${id}.json`, wholeText(trace.data))}>
                  {t.panel.download}
                </Button>
              </SpaceBetween>
            }
          >
            {t.trace.raw}
          </Header>
        }
      >
        <SpaceBetween size="s">
          {trace.error && <ApiAlert error={trace.error} retry={() => void trace.refetch()} />}
          {trace.isPending && <Loading />}
          {trace.data === null && <NotFound />}
          {trace.data?.Segments.map((segment) => {
            const document = parseDocument(segment.Document);
            const kind = document?.["inferred"] === true ? t.panel.inferredSegment : t.panel.segment;
            const origin = textOf(document?.["origin"]);
            return (
              <ExpandableSection
                key={segment.Id}
                variant="container"
                defaultExpanded
                headerText={textOf(document?.["name"]) || segment.Id}
                headerDescription={document ? [kind, origin, segment.Id].filter(Boolean).join(" · ") : t.trace.badDocument}
              >
                <CodeBlock text={pretty(segment.Document)} />
              </ExpandableSection>
            );
          })}
        </SpaceBetween>
      </ContentLayout>
    </Layout>
  );
}

/** Indented JSON; text that is no JSON stays as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function wholeText(trace: TraceEntry): string {
  const segments = trace.Segments.map((segment) => ({ Id: segment.Id, Document: parseDocument(segment.Document) ?? segment.Document }));
  return JSON.stringify({ ...trace, Segments: segments }, null, 2);
}
