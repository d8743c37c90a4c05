// JSON as a tree that folds. Deep or long parts start folded, so that no document is too big to open.
import { useState } from "react";
import type { Json } from "../trace/document";

const OPEN_DEPTH = 4;
const OPEN_CHILDREN = 60;

export function JsonTree({ value }: { value: Json }) {
  return <div className="rg-json">{isBranch(value) ? <Children value={value} depth={0} /> : <Leaf value={value} />}</div>;
}

type Branch = Json[] | { [key: string]: Json };

function Children({ value, depth }: { value: Branch; depth: number }) {
  return (
    <ul>
      {Object.entries(value).map(([name, child]) => (
        <li key={name}>{isBranch(child) ? <Node name={name} value={child} depth={depth + 1} /> : <Leaf name={name} value={child} />}</li>
      ))}
    </ul>
  );
}

function Node({ name, value, depth }: { name: string; value: Branch; depth: number }) {
  const count = Object.keys(value).length;
  const [open, setOpen] = useState(depth < OPEN_DEPTH && count <= OPEN_CHILDREN);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="rg-json-key">{name}</span> <span className="rg-secondary">{Array.isArray(value) ? `[${count}]` : `{${count}}`}</span>
      </summary>
      {open && <Children value={value} depth={depth} />}
    </details>
  );
}

function Leaf({ name, value }: { name?: string; value: Exclude<Json, Branch> }) {
  const kind = value === null ? "null" : typeof value;
  return (
    <div className="rg-json-leaf">
      {name !== undefined && <span className="rg-json-key">{name}: </span>}
      <span className={`rg-json-${kind}`}>{typeof value === "string" ? value : String(value)}</span>
    </div>
  );
}

function isBranch(value: Json): value is Branch {
  return typeof value === "object" && value !== null;
}
