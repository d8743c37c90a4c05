// Response times as bars, with the percentiles as lines; a drag selects a range.
import type { HistogramBucket } from "../api/wire";
import { useText } from "../settings";
import { type Bar, type Bars, isOpen, ordered, percentile, shareOf, type Span, toBars } from "../stats/histogram";
import { formatCount, formatDuration, formatShare } from "../time/format";
import { useSpanDrag } from "./useSpanDrag";

const SIZE = { width: 420, height: 150, top: 18, bottom: 22 } as const;
const PERCENTILES = [0.5, 0.95, 0.99] as const;

export interface HistogramProps {
  buckets: readonly HistogramBucket[];
  selected: Span;
  onSelect: (span: Span) => void;
}

export function Histogram({ buckets, selected, onSelect }: HistogramProps) {
  const t = useText();
  const bars = toBars(buckets);
  const untimedWidth = bars.untimed > 0 ? 46 : 0;
  const plot = { left: untimedWidth, width: SIZE.width - untimedWidth, height: SIZE.height - SIZE.top - SIZE.bottom };
  const drag = useSpanDrag(bars, (share) => (share * SIZE.width - plot.left) / plot.width, onSelect);
  if (bars.total === 0) return <span className="rg-secondary">{t.status.none}</span>;
  const most = Math.max(bars.untimed, ...bars.bars.map((bar) => bar.count));
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * plot.height));
  const base = SIZE.top + plot.height;
  const label = t.map.distributionOf(formatDuration(bars.low), formatDuration(bars.high));

  return (
    <svg className="rg-histogram" viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} role="img" aria-label={label} {...drag}>
      {!isOpen(selected) && bars.bars.length > 0 && <Selected bars={bars} span={selected} left={plot.left} width={plot.width} base={base} />}
      <line x1={0} x2={SIZE.width} y1={base + 0.5} y2={base + 0.5} />
      {bars.untimed > 0 && (
        <>
          <rect className="rg-bar-untimed" x={4} width={14} y={base - heightOf(bars.untimed)} height={heightOf(bars.untimed)} rx={1.5}>
            <title>{`${t.map.untimed}: ${formatCount(bars.untimed)}`}</title>
          </rect>
          <text x={0} y={SIZE.height - 6}>
            {t.map.untimed}
          </text>
        </>
      )}
      {bars.bars.map((bar, index) => (
        <rect
          key={bar.from}
          className="rg-bar"
          x={plot.left + (index / bars.bars.length) * plot.width + 0.75}
          width={plot.width / bars.bars.length - 1.5}
          y={base - heightOf(bar.count)}
          height={heightOf(bar.count)}
          rx={1.5}
        >
          <title>{titleOf(bar, bars, t.map.bar)}</title>
        </rect>
      ))}
      <Percentiles buckets={buckets} bars={bars} left={plot.left} width={plot.width} base={base} />
      {bars.bars.length > 0 && (
        <>
          <text x={plot.left} y={SIZE.height - 6}>
            {bars.untimed > 0 ? "" : formatDuration(bars.low)}
          </text>
          <text x={plot.left + plot.width / 2} y={SIZE.height - 6} textAnchor="middle">
            {bars.scale === "logarithmic" ? t.map.logarithmic : ""}
          </text>
          <text x={SIZE.width} y={SIZE.height - 6} textAnchor="end">
            {formatDuration(bars.high)}
          </text>
        </>
      )}
    </svg>
  );
}

interface PlotProps {
  bars: Bars;
  left: number;
  width: number;
  base: number;
}

/** The chosen range behind the bars, as far as it lies in the plot. */
function Selected({ span, bars, left, width, base }: PlotProps & { span: Span }) {
  const { from, to } = ordered(span);
  const x = (value: number) => left + Math.min(1, Math.max(0, shareOf(bars.scale, bars.low, bars.high, value))) * width;
  const [start, end] = [from === undefined ? left : x(from), to === undefined ? left + width : x(to)];
  return <rect className="rg-selected-span" x={start} width={Math.max(1, end - start)} y={SIZE.top - 4} height={base - SIZE.top + 4} />;
}

/** Lines that would lie on each other share a label. */
function Percentiles({ buckets, bars, left, width, base }: PlotProps & { buckets: readonly HistogramBucket[] }) {
  const lines: Array<{ x: number; text: string }> = [];
  for (const rank of PERCENTILES) {
    const value = percentile(buckets, rank);
    if (value === undefined || value <= 0) continue;
    const x = left + shareOf(bars.scale, bars.low, bars.high, value) * width;
    const text = `p${rank * 100}`;
    const last = lines.at(-1);
    if (last && x - last.x < 26) last.text = `${last.text}, ${text}`;
    else lines.push({ x, text });
  }
  return lines.map(({ x, text }) => (
    <g key={text}>
      <line className="rg-percentile" x1={x} x2={x} y1={SIZE.top - 4} y2={base} />
      <text x={x} y={SIZE.top - 7} textAnchor={x > SIZE.width - 50 ? "end" : x < 50 ? "start" : "middle"}>
        {text}
      </text>
    </g>
  ));
}

function titleOf(bar: Bar, bars: Bars, write: (from: string, to: string, count: string, share: string) => string): string {
  return write(formatDuration(bar.from), formatDuration(bar.to), formatCount(bar.count), formatShare(bar.count / bars.total));
}
