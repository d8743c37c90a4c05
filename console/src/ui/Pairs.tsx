import type { ReactNode } from "react";

export interface Pair {
  label: string;
  value: ReactNode;
  /** Takes a whole line. */
  wide?: boolean;
}

/** Labels with values, as many to a line as fit. */
export function Pairs({ pairs }: { pairs: readonly Pair[] }) {
  return (
    <dl className="rg-pairs">
      {pairs.map(({ label, value, wide }) => (
        <div key={label} className={wide ? "rg-pair-wide" : ""}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
