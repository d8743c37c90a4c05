// The timeline with its search and folding.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import { useMemo, useState } from "react";
import { useText } from "../settings";
import { Timeline, type TimelineProps } from "./Timeline";
import { ancestors, foldable, search, visibleRows } from "./timeline";
import type { TraceTree } from "./tree";

export interface TimelineSectionProps {
  tree: TraceTree;
  selected: string | undefined;
  highlighted: TimelineProps["highlighted"];
  onSelect: (id: string | undefined) => void;
}

export function TimelineSection({ tree, selected, highlighted, onSelect }: TimelineSectionProps) {
  const t = useText();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const found = useMemo(() => search(tree, text), [tree, text]);
  const matches = useMemo(() => new Set(found), [found]);
  const current = found.length > 0 ? found[place % found.length] : undefined;
  const rows = useMemo(() => visibleRows(tree, folded), [tree, folded]);

  const fold = (id: string) =>
    setFolded((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const step = (by: number) => {
    if (found.length === 0) return;
    const next = (place + by + found.length) % found.length;
    setPlace(next);
    const hiding = new Set(ancestors(tree.byId.get(found[next] ?? "")));
    setFolded((now) => new Set([...now].filter((id) => !hiding.has(id))));
  };

  return (
    <Container
      disableContentPaddings
      header={
        <Header
          variant="h2"
          counter={`(${tree.byId.size})`}
          actions={
            <div className="rg-find">
              <div className="rg-find-box">
                <Input
                  type="search"
                  value={text}
                  placeholder={t.trace.search}
                  ariaLabel={t.trace.search}
                  onChange={({ detail }) => {
                    setText(detail.value);
                    setPlace(0);
                  }}
                  onKeyDown={({ detail }) => {
                    if (detail.key === "Enter" && !detail.isComposing) step(detail.shiftKey ? -1 : 1);
                  }}
                />
              </div>
              {text.trim() !== "" && (
                <Box color="text-body-secondary">{found.length === 0 ? t.trace.noMatches : t.trace.matches(found.length, (place % found.length) + 1)}</Box>
              )}
              <Button variant="icon" iconName="angle-up" ariaLabel={t.trace.previous} disabled={found.length === 0} onClick={() => step(-1)} />
              <Button variant="icon" iconName="angle-down" ariaLabel={t.trace.next} disabled={found.length === 0} onClick={() => step(1)} />
              <Button variant="icon" iconName="expand" ariaLabel={t.trace.expandAll} disabled={folded.size === 0} onClick={() => setFolded(new Set())} />
              <Button variant="icon" iconName="shrink" ariaLabel={t.trace.collapseAll} onClick={() => setFolded(new Set(foldable(tree)))} />
            </div>
          }
        >
          {t.trace.timeline}
        </Header>
      }
    >
      <Timeline tree={tree} rows={rows} selected={selected} matches={matches} current={current} highlighted={highlighted} onSelect={onSelect} onFold={fold} />
    </Container>
  );
}
