import { isFields } from "./kubeconfig/parse.ts";

/** What the API server says when it does not do what was asked. */
export type Status = {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details: StatusDetails;
};

export type StatusDetails = {
  /** The plural of a kind, despite its name. */
  readonly kind?: string;
  readonly group?: string;
  readonly name?: string;
  readonly retryAfterSeconds?: number;
  readonly causes: readonly StatusCause[];
};

export type StatusCause = { readonly reason: string; readonly message: string; readonly field: string };

/** A Status from the body of an answer; what is no Status, as from a proxy in between, becomes one. */
export function readStatus(code: number, body: string): Status {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isFields(parsed) && parsed["kind"] === "Status") return statusOf(parsed, code);
  } catch {}
  return { code, reason: "", message: firstLine(body), details: { causes: [] } };
}

/** A Status object, such as in a watch. */
export function statusOf(fields: Readonly<Record<string, unknown>>, code = 0): Status {
  const details = isFields(fields["details"]) ? fields["details"] : {};
  const causes = Array.isArray(details["causes"]) ? (details["causes"] as unknown[]) : [];
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const optional = (key: "kind" | "group" | "name") =>
    typeof details[key] === "string" ? { [key]: details[key] } : {};
  const after = details["retryAfterSeconds"];
  return {
    code: typeof fields["code"] === "number" ? fields["code"] : code,
    reason: text(fields["reason"]),
    message: text(fields["message"]),
    details: {
      ...optional("kind"),
      ...optional("group"),
      ...optional("name"),
      ...(typeof after === "number" ? { retryAfterSeconds: after } : {}),
      causes: causes.filter(isFields).map((cause) => ({
        reason: text(cause["reason"]),
        message: text(cause["message"]),
        field: text(cause["field"]),
      })),
    },
  };
}

const firstLine = (body: string): string =>
  body
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200);
