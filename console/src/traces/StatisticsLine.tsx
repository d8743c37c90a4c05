// What the loaded traces say together.
import { useText } from "../settings";
import { STATUS_CLASSES } from "../stats/classes";
import { formatCount, formatDuration, formatShare } from "../time/format";
import { StatusMark } from "../ui/StatusMark";
import type { ListStatistics } from "./summary";

export function StatisticsLine({ statistics, complete }: { statistics: ListStatistics; complete: boolean }) {
  const t = useText();
  const { count, average, p50, p95, counts } = statistics;
  const written = (seconds: number | undefined) => (seconds === undefined ? "–" : formatDuration(seconds));
  const numbers: Array<[string, string]> = [
    [complete ? t.traces.count : t.traces.loaded, formatCount(count)],
    [t.unit.average, written(average)],
    [t.traces.p50, written(p50)],
    [t.traces.p95, written(p95)],
  ];
  return (
    <div className="rg-frame">
      <dl className="rg-statistics">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div className="rg-wide">
          <dt>{t.traces.shares}</dt>
          <dd>
            <div className="rg-shares" aria-hidden="true">
              {STATUS_CLASSES.map((status) => counts[status] > 0 && <span key={status} className={`rg-status-${status}`} style={{ flexGrow: counts[status] }} />)}
            </div>
            <div className="rg-shares-legend">
              {STATUS_CLASSES.map((status) => (
                <span key={status} className="rg-status">
                  <StatusMark status={status} text={t.status[status]} />
                  <span className="rg-secondary">{count === 0 ? "–" : formatShare(counts[status] / count)}</span>
                </span>
              ))}
            </div>
          </dd>
        </div>
      </dl>
    </div>
  );
}
