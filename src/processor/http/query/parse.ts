import type { Static, TObject, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { HttpProblem } from "../../../http/problem.ts";

type Complaint = { readonly parameter: string; readonly detail: string };

/**
 * A reader of query strings for a schema of parameters: whole numbers and comma lists are read as such, and every
 * unknown, repeated or wrong parameter is named in one `invalid-parameter` problem.
 */
export function queryReader<T extends TObject>(schema: T): (query: URLSearchParams) => Static<T> {
  const validator = Compile(schema);
  const known = schema.properties as Readonly<Record<string, TSchema>>;
  return (query) => {
    const raw: Record<string, unknown> = {};
    const complaints: Complaint[] = [];
    for (const [name, text] of query) {
      if (!Object.hasOwn(known, name)) complaints.push({ parameter: name, detail: unknownName(known) });
      else if (Object.hasOwn(raw, name)) complaints.push({ parameter: name, detail: "is given twice" });
      else raw[name] = convert(known[name]!, text);
    }
    for (const error of validator.Errors(raw))
      for (const name of error.keyword === "required"
        ? error.params.requiredProperties
        : [error.instancePath.split("/")[1] ?? ""])
        if (name !== "" && !complaints.some(({ parameter }) => parameter === name))
          complaints.push({ parameter: name, detail: expected(known[name]!) });
    if (complaints.length > 0) throw invalidParameters(complaints);
    return raw as Static<T>;
  };
}

/** The problem for parameters that do not go together or make no sense. */
export function invalidParameters(errors: readonly Complaint[]): HttpProblem {
  const detail = errors.map(({ parameter, detail }) => `${parameter}: ${detail}`).join("; ");
  return new HttpProblem("invalid-parameter", { detail: detail.slice(0, 1000), errors: errors.slice(0, 20) });
}

const unknownName = (known: Readonly<Record<string, TSchema>>) => {
  const names = Object.keys(known);
  return names.length === 0 ? "there are no parameters here" : `is unknown; there are ${names.join(", ")}`;
};

type Facts = {
  type?: string;
  enum?: readonly unknown[];
  items?: Facts;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  description?: string;
};

function convert(schema: Facts, text: string): unknown {
  const kind = schema.type ?? typeof schema.enum?.[0];
  if (kind === "array") return text.split(",").map((word) => word.trim());
  if (kind === "integer" || kind === "number") return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return text;
}

function expected(schema: Facts): string {
  if (schema.enum) return `expected one of ${schema.enum.join(", ")}`;
  if (schema.items?.enum) return `expected a comma-separated list of ${schema.items.enum.join(", ")}`;
  if (schema.type === "integer")
    return `expected a whole number from ${schema.minimum ?? 0} to ${schema.maximum ?? "any"}`;
  if (schema.pattern) return `expected ${schema.description ?? schema.pattern}`;
  return `expected text of ${schema.minLength ?? 0} to ${schema.maxLength ?? "any"} characters`;
}
