// Opens a trace by its id, in either form.
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { useRouter } from "../route/useRoute";
import { useText } from "../settings";
import { parseTraceId } from "../trace/traceId";

export function TraceIdBox() {
  const t = useText();
  const { open } = useRouter();
  const [text, setText] = useState("");
  const [refused, setRefused] = useState(false);

  const submit = () => {
    const id = parseTraceId(text);
    setRefused(id === undefined && text.trim() !== "");
    if (id === undefined) return;
    setText("");
    open({ name: "trace", id });
  };

  return (
    <div className="rg-trace-id-box" title={refused ? t.shell.traceIdInvalid : undefined}>
      <Input
        type="search"
        value={text}
        invalid={refused}
        placeholder={t.shell.traceIdPlaceholder}
        ariaLabel={refused ? t.shell.traceIdInvalid : t.shell.traceIdPlaceholder}
        onChange={({ detail }) => {
          setText(detail.value);
          setRefused(false);
        }}
        onKeyDown={({ detail }) => {
          if (detail.key === "Enter" && !detail.isComposing) submit();
        }}
      />
    </div>
  );
}
