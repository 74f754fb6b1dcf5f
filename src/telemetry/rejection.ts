/** Why a record can never be stored; machine-readable, in the order in which they are checked. */
export const rejectReasons = [
  "unreadable",
  "oversized",
  "malformed_json",
  "unsupported_version",
  "schema_invalid",
  "unit_suspect",
  "too_old",
  "too_future",
] as const;
export type RejectReason = (typeof rejectReasons)[number];

export type Rejection = { readonly ok: false; readonly reason: RejectReason; readonly detail: string };

export const rejection = (reason: RejectReason, detail: string): Rejection => ({ ok: false, reason, detail });

const LONGEST_VALUE = 60;

/** A value as it may stand in a message: its JSON when that is short, else what it begins with or what it is. */
export function brief(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const text = JSON.stringify(value.slice(0, LONGEST_VALUE));
  return value.length > LONGEST_VALUE ? `${text}… (${value.length} characters)` : text;
}
