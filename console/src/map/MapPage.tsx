// The trace map: health and shape of everything in the time range.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Spinner from "@cloudscape-design/components/spinner";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useServiceMap } from "../api/queries";
import { useRouter } from "../route/useRoute";
import { useText } from "../settings";
import { Layout, type Panel } from "../shell/Layout";
import { TimeControls } from "../shell/TimeControls";
import { useTimeRange } from "../time/useTimeRange";
import { ApiAlert } from "../ui/ApiAlert";
import { EmptyState } from "./EmptyState";
import { EdgePanel, minutesOf, NodePanel } from "./NodePanel";
import { NodeTable } from "./NodeTable";
import { ServiceMap } from "./ServiceMap";
import { TypeIcon } from "./icons";

type MapContent = NonNullable<ReturnType<typeof useServiceMap>["data"]>;

export function MapPage() {
  const t = useText();
  const { params, change } = useRouter();
  const { range, invalid, interval } = useTimeRange();
  const map = useServiceMap(range, interval);
  const client = useQueryClient();
  const asList = params["view"] === "list";
  const search = params["search"] ?? "";
  const selected = params["node"] ?? params["edge"];

  const select = useCallback(
    (key: string | undefined, kind: "node" | "edge") =>
      change({ node: kind === "node" ? key : undefined, edge: kind === "edge" ? key : undefined }, "replace"),
    [change],
  );
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ["last-trace"] });
    void map.refetch();
  };
  const panel = map.data && panelOf(map.data, params["node"], params["edge"], select, t.map.client);

  return (
    <Layout title={t.map.title} active="service-map" panel={panel}>
      <ContentLayout
        defaultPadding
        header={
          <Header variant="h1" description={t.map.description} actions={<TimeControls loading={map.isFetching} onRefresh={refresh} />}>
            {t.map.title}
          </Header>
        }
      >
        <div className="rg-column">
          {invalid && <Alert type="warning">{t.time.invalid}</Alert>}
          {map.data?.clamped && <Alert type="info">{t.map.clamped}</Alert>}
          {map.error && <ApiAlert error={map.error} retry={refresh} />}
          <div className="rg-toolbar">
            <div className="rg-toolbar-search">
              <Input
                type="search"
                value={search}
                placeholder={t.map.search}
                ariaLabel={t.map.search}
                onChange={({ detail }) => change({ search: detail.value || undefined }, "replace")}
              />
            </div>
            <Box color="text-body-secondary">{map.data && t.map.nodes(map.data.graph.nodes.length)}</Box>
            <div className="rg-toolbar-end">
              <SegmentedControl
                label={t.map.view}
                selectedId={asList ? "list" : "map"}
                options={[
                  { id: "map", text: t.map.asMap },
                  { id: "list", text: t.map.asList },
                ]}
                onChange={({ detail }) => change({ view: detail.selectedId === "list" ? "list" : undefined }, "replace")}
              />
            </div>
          </div>
          {map.isPending && (
            <Box textAlign="center" padding="xxxl">
              <Spinner /> {t.map.loading}
            </Box>
          )}
          {map.data && map.data.graph.nodes.length === 0 && !map.isPlaceholderData && <EmptyState />}
          {map.data && map.data.graph.nodes.length > 0 && (
            <View data={map.data} asList={asList} search={search} selected={selected} onSelect={select} />
          )}
        </div>
      </ContentLayout>
    </Layout>
  );
}

interface ViewProps {
  data: MapContent;
  asList: boolean;
  search: string;
  selected: string | undefined;
  onSelect: (key: string | undefined, kind: "node" | "edge") => void;
}

function View({ data, asList, search, selected, onSelect }: ViewProps) {
  const t = useText();
  const minutes = minutesOf(data.window);
  if (asList) {
    return <NodeTable graph={data.graph} minutes={minutes} selected={selected} onSelect={onSelect} search={search} empty={t.empty.inRange} />;
  }
  return (
    <div className="rg-frame">
      <ServiceMap scope="service-map" graph={data.graph} minutes={minutes} size="full" selected={selected} onSelect={onSelect} search={search} />
    </div>
  );
}

function panelOf(
  data: MapContent,
  nodeKey: string | undefined,
  edgeKey: string | undefined,
  select: (key: string | undefined, kind: "node" | "edge") => void,
  client: string,
): Panel | undefined {
  const { graph, window } = data;
  const node = graph.nodes.find((other) => other.key === nodeKey);
  const common = { graph, window, onSelect: select, close: () => select(undefined, "node") };
  if (node) {
    const title = node.kind === "client" ? `${node.name} (${client})` : node.name;
    return { title, before: <TypeIcon type={node.type} size={22} />, content: <NodePanel key={node.key} node={node} {...common} />, close: common.close };
  }
  const edge = graph.edges.find((other) => other.key === edgeKey);
  if (!edge) return undefined;
  const [from, to] = [edge.from, edge.to].map((key) => graph.nodes.find((other) => other.key === key)?.name ?? "");
  return { title: `${from} → ${to}`, content: <EdgePanel key={edge.key} edge={edge} {...common} />, close: common.close };
}
