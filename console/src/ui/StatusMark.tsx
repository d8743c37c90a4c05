// Status as colour, shape and word: no one has to tell red from green.
import type { StatusClass } from "../stats/classes";
import { useText } from "../settings";

export type Status = StatusClass | "inProgress" | "partial" | "none";

export function StatusMark({ status, text, short = false }: { status: Status; text?: string; short?: boolean }) {
  const t = useText();
  const shortText = status in t.short ? t.short[status as StatusClass] : t.status[status];
  return (
    <span className={`rg-status rg-status-${status}`}>
      <StatusShape status={status} />
      <span>{text ?? (short ? shortText : t.status[status])}</span>
    </span>
  );
}

/** Octagon, hourglass bars, triangle, tick, dots, broken ring. */
export function StatusShape({ status, size = 14 }: { status: Status; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round">
      {SHAPES[status]}
    </svg>
  );
}

const SHAPES: Record<Status, React.ReactNode> = {
  fault: (
    <>
      <path d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z" fill="currentColor" />
      <path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" stroke="var(--rg-surface)" />
    </>
  ),
  throttle: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="currentColor" />
      <path d="M6 5.2v5.6M10 5.2v5.6" stroke="var(--rg-surface)" />
    </>
  ),
  error: (
    <>
      <path d="M8 1.8L15 14H1z" fill="currentColor" />
      <path d="M8 6.2v3.4M8 11.8v.1" stroke="var(--rg-surface)" />
    </>
  ),
  ok: (
    <>
      <circle cx="8" cy="8" r="6.4" />
      <path d="M5.2 8.2l2 2 3.6-4" />
    </>
  ),
  inProgress: (
    <>
      <circle cx="8" cy="8" r="6.4" strokeDasharray="2.4 2.6" />
      <path d="M8 4.8V8l2.2 1.6" />
    </>
  ),
  partial: <path d="M8 1.6A6.4 6.4 0 1 0 14.4 8M8 5v3.4h3" />,
  none: <path d="M4 8h8" />,
};
