// Trace ids in their two forms: `1-8-24` and 32 hexadecimal digits.

/** The `1-8-24` form, lower case; accepts both forms with blanks around. */
export function parseTraceId(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase();
  if (/^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(trimmed)) return trimmed;
  if (/^[0-9a-f]{32}$/.test(trimmed)) return `1-${trimmed.slice(0, 8)}-${trimmed.slice(8)}`;
  return undefined;
}

/** The 32 digits of a `1-8-24` id, as W3C trace context writes it. */
export function asW3c(id: string): string {
  return id.slice(2).replace("-", "");
}
