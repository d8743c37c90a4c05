import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import type { ReactNode } from "react";
import { useText } from "../settings";

/** Text to copy, with an optional line above it. */
export function CodeBlock({ text, title, actions }: { text: string; title?: ReactNode; actions?: ReactNode }) {
  return (
    <div>
      <div className="rg-code-head">
        <span className="rg-secondary">{title}</span>
        <span className="rg-status">
          {actions}
          <Copy text={text} />
        </span>
      </div>
      {/* A scrolling region must be reachable by keyboard. */}
      <pre className="rg-code rg-code-scroll" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

export function Copy({ text, label }: { text: string; label?: string }) {
  const t = useText();
  return (
    <CopyToClipboard
      variant="icon"
      textToCopy={text}
      copyButtonAriaLabel={label ?? t.empty.copy}
      copySuccessText={t.empty.copied}
      copyErrorText={t.empty.copyFailed}
    />
  );
}
