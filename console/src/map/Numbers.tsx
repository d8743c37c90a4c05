// Averages, percentiles and classes: the same for a node and an edge.
import Checkbox from "@cloudscape-design/components/checkbox";
import type { HistogramBucket } from "../api/wire";
import { useText } from "../settings";
import { type ClassCounts, STATUS_CLASSES, type StatusClass } from "../stats/classes";
import { percentile } from "../stats/histogram";
import { formatCount, formatDuration, formatRate, formatShare } from "../time/format";
import { StatusMark } from "../ui/StatusMark";

export interface Measured {
  counts: ClassCounts;
  total: number;
  average: number | undefined;
  histogram: readonly HistogramBucket[];
}

export function KeyNumbers({ measured, minutes }: { measured: Measured; minutes: number }) {
  const t = useText();
  const at = (rank: number) => {
    const value = percentile(measured.histogram, rank);
    return value === undefined ? "–" : formatDuration(value);
  };
  const numbers: Array<[string, string]> = [
    [t.unit.requests, formatCount(measured.total)],
    [t.unit.rate, formatRate(measured.total / minutes)],
    [t.unit.average, measured.average === undefined ? "–" : formatDuration(measured.average)],
    ["p50", at(0.5)],
    ["p95", at(0.95)],
    ["p99", at(0.99)],
  ];
  return (
    <dl className="rg-numbers">
      {numbers.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface ClassListProps {
  measured: Measured;
  ticked: readonly StatusClass[];
  onTick: (classes: StatusClass[]) => void;
}

/** Counts by class; the ticks choose what a list of traces shall hold. */
export function ClassList({ measured, ticked, onTick }: ClassListProps) {
  const t = useText();
  return (
    <div className="rg-class-list">
      {STATUS_CLASSES.map((status) => {
        const share = measured.total === 0 ? 0 : measured.counts[status] / measured.total;
        return [
          <Checkbox
            key={`${status} tick`}
            checked={ticked.includes(status)}
            onChange={({ detail }) => onTick(STATUS_CLASSES.filter((name) => (name === status ? detail.checked : ticked.includes(name))))}
          >
            <StatusMark status={status} text={t.status[status]} />
          </Checkbox>,
          <div key={`${status} bar`} className={`rg-share rg-status-${status}`} aria-hidden="true">
            <span style={{ inlineSize: `${share * 100}%` }} />
          </div>,
          <span key={`${status} count`} className="rg-number">
            {formatCount(measured.counts[status])}
          </span>,
          <span key={`${status} share`} className="rg-number rg-secondary">
            {formatShare(share)}
          </span>,
        ];
      })}
    </div>
  );
}
