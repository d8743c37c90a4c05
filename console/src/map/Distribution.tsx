// The response-time histogram with a range that can be dragged in it, or typed below it.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { type KeyboardEvent, useState } from "react";
import { useText } from "../settings";
import { countWithin, isOpen, type Span } from "../stats/histogram";
import { formatCount, formatShare } from "../time/format";
import { Histogram } from "./Histogram";
import type { Measured } from "./Numbers";

export interface DistributionProps {
  measured: Measured;
  selected: Span;
  onSelect: (span: Span) => void;
}

export function Distribution({ measured, selected, onSelect }: DistributionProps) {
  const t = useText();
  const { histogram } = measured;
  const selectable = histogram.some((bucket) => bucket.Count > 0 && bucket.Value > 0);
  const handlers = {
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Escape" || isOpen(selected)) return;
      event.preventDefault();
      event.stopPropagation();
      onSelect({});
    },
  };
  return (
    <div
      className="rg-distribution"
      role="group"
      aria-label={t.map.distribution}
      // A click into the histogram brings the focus here, so that Esc is heard.
      tabIndex={-1}
      {...handlers}
    >
      <Box variant="h4" padding={{ bottom: "xs" }}>
        {t.map.distribution}
      </Box>
      <Histogram buckets={histogram} selected={selected} onSelect={onSelect} />
      {selectable && (
        <>
          <div className="rg-time-range">
            <Seconds label={t.map.from} value={selected.from} onChange={(from) => onSelect({ ...selected, from })} />
            <Seconds label={t.map.to} value={selected.to} onChange={(to) => onSelect({ ...selected, to })} />
            <Button onClick={() => onSelect({})} disabled={isOpen(selected)}>
              {t.map.resetSpan}
            </Button>
          </div>
          <div className="rg-secondary rg-time-note" aria-live="polite">
            {isOpen(selected) ? t.map.spanHint : <Within measured={measured} selected={selected} />}
          </div>
        </>
      )}
    </div>
  );
}

function Within({ measured: { histogram }, selected }: { measured: Measured; selected: Span }) {
  const t = useText();
  const count = countWithin(histogram, selected);
  const total = countWithin(histogram, {});
  return t.map.within(formatCount(count), formatShare(count / total));
}

interface SecondsProps {
  label: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

/** A number that may stay empty; what is being typed stays as typed while it means the value. */
function Seconds({ label, value, onChange }: SecondsProps) {
  const [draft, setDraft] = useState("");
  const shown = parseSeconds(draft) === value ? draft : (value === undefined ? "" : String(value));
  return (
    <FormField label={label}>
      <Input
        type="number"
        inputMode="decimal"
        step="any"
        value={shown}
        onChange={({ detail }) => {
          setDraft(detail.value);
          onChange(parseSeconds(detail.value));
        }}
      />
    </FormField>
  );
}

function parseSeconds(text: string): number | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
