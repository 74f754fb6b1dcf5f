import { gpuEventSchema, tokenEventSchema } from "../../src/telemetry/events.ts";
import { SCHEMA_VERSION } from "../../src/telemetry/schema-version.ts";
import { defaultTopics } from "../../src/telemetry/topics.ts";
import { page, table } from "./markdown.ts";

type Field = {
  type?: string;
  anyOf?: readonly { const?: unknown }[];
  items?: Field;
  description?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
};
type ObjectSchema = { properties: Record<string, Field>; required?: readonly string[] };

/** `docs/reference/events.md`: every field of both events. */
export function eventsPage(): string {
  return page(
    "Events",
    [
      `JSON, UTF-8, one event per record, schema version ${SCHEMA_VERSION}. Times are RFC 3339 in UTC, units are base units, and a field`,
      "that is absent is unknown: there are no sentinels. Further fields are kept. Each event stands for the span of time",
      "that ends at `ts` and carries what happened in it.",
    ].join("\n"),
    section(`\`${defaultTopics.gpu}\`: one GPU over one interval`, gpuEventSchema as unknown as ObjectSchema),
    section(
      `\`${defaultTopics.token}\`: tokens of one request, or of one counter window`,
      tokenEventSchema as unknown as ObjectSchema,
    ),
  );
}

function section(title: string, schema: ObjectSchema): string {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties).map(([name, field]) => [
    `\`${name}\``,
    typeOf(field),
    required.has(name) ? "yes" : "",
    field.description ?? "",
  ]);
  return `## ${title}\n\n${table(["Field", "Type", "Required", "Meaning"], rows)}`;
}

function typeOf(field: Field): string {
  if (field.anyOf) return field.anyOf.map((one) => `\`${String(one.const)}\``).join(" ");
  if (field.type === "array") return `list of ${typeOf(field.items ?? {})}`;
  const low =
    field.minimum ?? (field.exclusiveMinimum === undefined ? undefined : `above ${field.exclusiveMinimum}`);
  const range = low === undefined ? "" : `, ${low} to ${field.maximum?.toLocaleString("en-US") ?? "∞"}`;
  return `${field.type ?? "any"}${range}`;
}
