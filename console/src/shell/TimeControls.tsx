// Time range, refresh and auto refresh, as they stand at the top of every list and map.
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Dictionary } from "../i18n/en";
import { useText } from "../settings";
import { type AgeUnit, ageOf, formatLocal, zoneName } from "../time/format";
import { RELATIVE_SECONDS, type TimeRange } from "../time/range";
import { REFRESH_SECONDS, useTimeRange } from "../time/useTimeRange";

export interface TimeControlsProps {
  loading: boolean;
  onRefresh: () => void;
  choices?: readonly number[];
}

export function TimeControls({ loading, onRefresh, choices = RELATIVE_SECONDS }: TimeControlsProps) {
  const t = useText();
  const { range, refresh, setRange, setRefresh } = useTimeRange();
  const fixed = range.kind === "absolute";
  const every = (seconds: number) => {
    const { amount, unit } = ageOf(seconds);
    return seconds === 0 ? t.time.autoRefreshOff : t.time.every(amount, unit);
  };

  return (
    <SpaceBetween direction="horizontal" size="xs">
      <DateRangePicker
        value={toPicker(range)}
        relativeOptions={choices.map(toOption)}
        onChange={({ detail }) => {
          const next = detail.value && fromPicker(detail.value);
          if (next) setRange(next);
        }}
        isValidRange={(value) => validate(value, t)}
        {...(range.kind === "absolute" ? { renderTriggerContent: () => spanOf(range.start, range.end) } : {})}
        dateInputFormat="iso"
        showClearButton={false}
        expandToViewport
        ariaLabel={t.time.label}
        i18nStrings={{
          ariaLabel: t.time.label,
          relativeModeTitle: t.time.relative,
          absoluteModeTitle: t.time.absolute,
          formatRelativeRange: ({ amount, unit }) => t.time.last(amount, unit as AgeUnit),
          formatUnit: (unit, amount) => t.time.unit(unit, amount),
        }}
      />
      <ButtonDropdown
        mainAction={{ iconName: "refresh", ariaLabel: t.time.refresh, text: refresh > 0 ? every(refresh) : t.time.refresh, loading, onClick: onRefresh }}
        ariaLabel={t.time.autoRefresh}
        expandToViewport
        items={[
          {
            text: t.time.autoRefresh,
            items: REFRESH_SECONDS.map((seconds) => ({
              id: String(seconds),
              text: every(seconds),
              itemType: "checkbox",
              checked: seconds === refresh,
              disabled: fixed && seconds > 0,
              disabledReason: t.time.absoluteNoRefresh,
            })),
          },
        ]}
        onItemClick={({ detail }) => setRefresh(Number(detail.id))}
      />
    </SpaceBetween>
  );
}

/** Both ends in local time with its zone; the day of the end only where it differs. */
function spanOf(start: number, end: number): string {
  const [from, to] = [formatLocal(start), formatLocal(end)];
  return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to} ${zoneName()}`;
}

function toPicker(range: TimeRange): DateRangePickerProps.Value {
  if (range.kind === "relative") return toOption(range.seconds);
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  return { type: "absolute", startDate: iso(range.start), endDate: iso(range.end) };
}

function fromPicker(value: DateRangePickerProps.Value): TimeRange | undefined {
  if (value.type === "relative") {
    const seconds = value.amount * (SECONDS[value.unit] ?? 60);
    return { kind: "relative", seconds };
  }
  const [start, end] = [value.startDate, value.endDate].map((text) => Math.floor(Date.parse(text) / 1000));
  return start !== undefined && end !== undefined && end > start ? { kind: "absolute", start, end } : undefined;
}

function toOption(seconds: number): DateRangePickerProps.RelativeOption {
  const unit = (["day", "hour", "minute"] as const).find((name) => seconds % (SECONDS[name] ?? 1) === 0) ?? "second";
  return { key: String(seconds), amount: seconds / (SECONDS[unit] ?? 1), unit, type: "relative" };
}

function validate(value: DateRangePickerProps.Value | null, t: Dictionary): DateRangePickerProps.ValidationResult {
  if (!value) return { valid: false, errorMessage: t.time.incomplete };
  if (value.type === "relative") {
    return value.amount > 0 ? { valid: true } : { valid: false, errorMessage: t.time.incomplete };
  }
  const [start, end] = [Date.parse(value.startDate), Date.parse(value.endDate)];
  if (!Number.isFinite(start) || !Number.isFinite(end)) return { valid: false, errorMessage: t.time.incomplete };
  return end > start ? { valid: true } : { valid: false, errorMessage: t.time.reversed };
}

const SECONDS: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86400, week: 604800, month: 2592000, year: 31536000 };
