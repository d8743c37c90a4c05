// How far the search has come, and what to do when it has not come to the end.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import { useText } from "../settings";
import { formatCount, formatShare } from "../time/format";
import { ROWS_STEP, type Scan } from "./scan";

export interface ScanProgressProps {
  scan: Scan;
  state: "searching" | "stopped" | "capped" | "complete";
  onStop: () => void;
  onMore: () => void;
}

export function ScanProgress({ scan, state, onStop, onMore }: ScanProgressProps) {
  const t = useText();
  if (state === "complete") return null;
  const more = <Button onClick={onMore}>{t.traces.more(formatCount(ROWS_STEP))}</Button>;
  if (state === "capped") return <Alert type="info" action={more}>{t.traces.capped(formatCount(scan.summaries.length))}</Alert>;
  if (state === "stopped") return <Alert type="info" action={more}>{t.traces.stopped}</Alert>;
  return (
    <div className="rg-scan">
      <ProgressBar
        value={Math.round(scan.progress * 100)}
        label={t.traces.loading}
        description={t.traces.scanned(formatCount(scan.processed))}
        additionalInfo={t.traces.progress(formatShare(scan.progress))}
      />
      <Button onClick={onStop}>{t.traces.stop}</Button>
    </div>
  );
}
