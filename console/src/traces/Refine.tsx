// A value of the list that refines it.
import type { MouseEvent, ReactNode } from "react";
import { type RequestField, requestFilter } from "../filter/text";
import { negated } from "../filter/terms";
import { useText } from "../settings";

export interface RefineProps {
  field: RequestField;
  value: string | number;
  /** Takes a term that is to hold as well. */
  onRefine: (term: string) => void;
  /** What is shown, if not just the value. */
  children?: ReactNode;
}

export function Refine({ field, value, onRefine, children = value }: RefineProps) {
  const t = useText();
  const term = requestFilter(field, value);
  const refine = (event: MouseEvent) => onRefine(event.altKey ? negated(term) : term);
  return (
    <button type="button" className="rg-refine" title={t.traces.refine(term)} onClick={refine}>
      {children}
    </button>
  );
}
