// The filter expression: Enter or Run executes, an error shows where reading stopped.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import type { ApiError } from "../api/client";
import { type FilterProblem, marked, readProblem } from "../filter/problem";
import { useText } from "../settings";

export interface FilterBoxProps {
  /** The expression that is in force. */
  expression: string;
  /** What the server answered to it, if that was a refusal. */
  refusal: ApiError | undefined;
  onRun: (expression: string) => void;
}

export function FilterBox({ expression, refusal, onRun }: FilterBoxProps) {
  const t = useText();
  const [draft, setDraft] = useState({ text: expression, of: expression });
  // A new expression in the address replaces what was typed.
  const text = draft.of === expression ? draft.text : expression;
  const problem = refusal && readProblem(refusal.message, expression);

  return (
    <div>
      <div className="rg-filter">
        <Input
          type="search"
          value={text}
          invalid={problem !== undefined && text === expression}
          placeholder={t.traces.placeholder}
          ariaLabel={t.traces.filter}
          spellcheck={false}
          autoComplete="off"
          onChange={({ detail }) => setDraft({ text: detail.value, of: expression })}
          onKeyDown={({ detail }) => {
            // Enter while Hangul is being composed ends the composition, nothing more.
            if (detail.key === "Enter" && !detail.isComposing && detail.keyCode !== COMPOSING) onRun(text);
          }}
        />
        <Button variant="primary" onClick={() => onRun(text)}>
          {t.traces.run}
        </Button>
      </div>
      {problem && refusal && (
        <Box margin={{ top: "s" }}>
          <Problem problem={problem} code={refusal.code} />
        </Box>
      )}
    </div>
  );
}

const COMPOSING = 229;

function Problem({ problem, code }: { problem: FilterProblem; code: string }) {
  const t = useText();
  const { place } = problem;
  return (
    <Alert type="error" header={t.traces.filterProblem}>
      {place && (
        <div className="rg-problem" data-before={place.before}>
          {place.line.slice(0, place.before)}
          <mark>{marked(place)}</mark>
          {place.line.slice(place.before + marked(place).length)}
        </div>
      )}
      <Box>
        {code && <strong>{code}: </strong>}
        {problem.text}
      </Box>
      <Box color="text-body-secondary">
        {place ? `${t.traces.filterMarked} ` : ""}
        {t.traces.filterHint}
      </Box>
    </Alert>
  );
}
