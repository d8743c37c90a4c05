// One trace: what it is, where it went, how long each part took.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useCallback, useMemo } from "react";
import { useTrace, useTraceMap } from "../api/queries";
import type { TraceEntry } from "../api/wire";
import { TypeIcon } from "../map/icons";
import { ServiceMap } from "../map/ServiceMap";
import { useRouter } from "../route/useRoute";
import { useText } from "../settings";
import { Layout, type Panel } from "../shell/Layout";
import { ApiAlert } from "../ui/ApiAlert";
import { Copy } from "../ui/CodeBlock";
import { SegmentPanel } from "./SegmentPanel";
import "./trace.css";
import { TimelineSection } from "./TimelineSection";
import { TraceHeader } from "./TraceHeader";
import { asW3c } from "./traceId";
import { buildTree, type TraceTree } from "./tree";

export function TracePage({ id }: { id: string }) {
  const t = useText();
  const { params, change, open, href } = useRouter();
  const trace = useTrace(id);
  const tree = useMemo(() => (trace.data ? buildTree(trace.data) : undefined), [trace.data]);
  const map = useTraceMap(id, tree !== undefined);
  const segment = params["segment"];
  const select = useCallback((next: string | undefined) => change({ segment: next, ...(next ? {} : { tab: undefined }) }, "replace"), [change]);
  const refresh = () => {
    void trace.refetch();
    void map.refetch();
  };
  const entity = segment === undefined ? undefined : tree?.byId.get(segment);
  const panel: Panel | undefined =
    entity && tree
      ? {
          title: entity.name || t.trace.missing,
          before: entity.kind === "segment" || entity.origin ? <TypeIcon type={entity.origin || undefined} size={22} /> : undefined,
          content: <SegmentPanel key={entity.id} entity={entity} tree={tree} />,
          close: () => select(undefined),
        }
      : undefined;

  return (
    <Layout title={`${t.trace.title} ${id}`} active="traces" panel={panel}>
      <ContentLayout
        defaultPadding
        header={
          <Header
            variant="h1"
            description={<TraceIds id={id} />}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" loading={trace.isFetching} onClick={refresh}>
                  {t.time.refresh}
                </Button>
                <Button
                  href={href({ name: "raw", id })}
                  onFollow={(event) => {
                    event.preventDefault();
                    open({ name: "raw", id });
                  }}
                >
                  {t.trace.raw}
                </Button>
              </SpaceBetween>
            }
          >
            {t.trace.title}
          </Header>
        }
      >
        <div className="rg-column">
          {trace.error && <ApiAlert error={trace.error} retry={refresh} />}
          {trace.isPending && <Loading />}
          {trace.data === null && <NotFound />}
          {trace.data && tree && <Content trace={trace.data} tree={tree} map={map} select={select} />}
        </div>
      </ContentLayout>
    </Layout>
  );
}

interface ContentProps {
  trace: TraceEntry;
  tree: TraceTree;
  map: ReturnType<typeof useTraceMap>;
  select: (id: string | undefined) => void;
}

function Content({ trace, tree, map, select }: ContentProps) {
  const t = useText();
  const { params, change } = useRouter();
  const segment = params["segment"];
  const nodeKey = params["node"];
  const node = map.data?.nodes.find((other) => other.key === nodeKey);
  const highlighted = node && { name: node.name, origin: node.type };
  return (
    <>
      <Notices trace={trace} tree={tree} />
      <TraceHeader trace={trace} tree={tree} />
      <ExpandableSection variant="container" defaultExpanded headerText={t.trace.map}>
        {map.error && <ApiAlert error={map.error} retry={() => void map.refetch()} />}
        {map.data && map.data.nodes.length === 0 && <Box color="text-body-secondary">{t.trace.noGraph}</Box>}
        {map.data && map.data.nodes.length > 0 && (
          <ServiceMap
            scope={trace.Id}
            graph={map.data}
            size="small"
            selected={nodeKey}
            onSelect={(key, kind) => change({ node: kind === "node" ? key : undefined }, "replace")}
          />
        )}
      </ExpandableSection>
      <TimelineSection tree={tree} selected={segment} highlighted={highlighted} onSelect={select} />
    </>
  );
}

function Notices({ trace, tree }: { trace: TraceEntry; tree: TraceTree }) {
  const t = useText();
  const notices = [
    { show: tree.running, header: t.trace.inProgress, text: t.trace.inProgressHint, type: "info" as const },
    { show: tree.partial, header: t.trace.partial, text: t.trace.partialHint, type: "warning" as const },
    { show: trace.LimitExceeded, header: t.trace.limit, text: t.trace.limitHint, type: "warning" as const },
  ];
  return notices.map(
    ({ show, header, text, type }) =>
      show && (
        <Alert key={header} type={type} header={header}>
          {text}
        </Alert>
      ),
  );
}

/** Both forms of the id, each to copy. */
function TraceIds({ id }: { id: string }) {
  const t = useText();
  return (
    <span className="rg-ids">
      <TraceId id={id} />
      <span>
        {t.trace.w3c}: <TraceId id={asW3c(id)} />
      </span>
    </span>
  );
}

export function TraceId({ id }: { id: string }) {
  return (
    <span className="rg-mono">
      {id} <Copy text={id} />
    </span>
  );
}

export function Loading() {
  const t = useText();
  return (
    <Box textAlign="center" padding="xxxl">
      <Spinner /> {t.trace.loading}
    </Box>
  );
}

export function NotFound() {
  const t = useText();
  return (
    <Box textAlign="center" padding="xxxl">
      <Box variant="h2">{t.trace.notFound}</Box>
      <Box color="text-body-secondary">{t.trace.notFoundHint}</Box>
    </Box>
  );
}
