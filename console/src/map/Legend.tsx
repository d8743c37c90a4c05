// What colours and outlines mean; always in view.
import { useText } from "../settings";
import { STATUS_CLASSES } from "../stats/classes";
import { StatusShape } from "../ui/StatusMark";

export function Legend() {
  const t = useText();
  return (
    <ul className="rg-map-legend" aria-label={t.map.legend}>
      {STATUS_CLASSES.map((status) => (
        <li key={status}>
          <span className={`rg-status rg-status-${status}`}>
            <StatusShape status={status} size={12} />
          </span>
          {t.status[status]}
        </li>
      ))}
      <li>
        <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
          <circle className="rg-node-track" r="5.5" style={{ strokeWidth: 3 }} />
        </svg>
        {t.map.noRequests}
      </li>
      <li>
        <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
          <circle className="rg-node-dash" r="6.5" />
        </svg>
        {t.map.inferred}
      </li>
    </ul>
  );
}
