import { isFieldName, writeValue } from "./bson/write-value.ts";
import type { BsonWriter } from "./bson/writer.ts";

export type OtherFields = {
  /** Fields that MongoDB cannot keep under their names, or whose names are taken, as JSON. */
  readonly other_json?: string;
};
const OTHER = "other_json";
const NONE: ReadonlySet<string> = new Set();

/** Names that were asked about; they are few, and what sends more than this makes them up. */
const MOST_NAMES = 2_000;
const fieldNames = new Map<string, boolean>();

/**
 * Writes the fields of an object that came out of JSON. Those of a name that is `taken`, or that MongoDB cannot keep,
 * come back from `other_json`; those named in `without` are left out.
 */
export function writeFields(
  into: BsonWriter,
  source: object,
  taken: ReadonlySet<string> = NONE,
  without: ReadonlySet<string> = NONE,
): void {
  let other: Record<string, unknown> | undefined;
  for (const name in source) {
    if (without.has(name)) continue;
    const value = (source as Readonly<Record<string, unknown>>)[name];
    if (!taken.has(name) && canBeField(name) && writeValue(into, name, value)) continue;
    // without a prototype, so that a field of the name __proto__ is one like any other
    other ??= Object.create(null) as Record<string, unknown>;
    other[name] = value;
  }
  if (other !== undefined) into.string(OTHER, JSON.stringify(other));
}

/** All fields that were written, under their own names. */
export function fieldsOf({ other_json, ...fields }: OtherFields): Record<string, unknown> {
  return other_json === undefined ? fields : { ...fields, ...(JSON.parse(other_json) as object) };
}

function canBeField(name: string): boolean {
  const known = fieldNames.get(name);
  if (known !== undefined) return known;
  const answer = name !== OTHER && isFieldName(name);
  if (fieldNames.size < MOST_NAMES) fieldNames.set(name, answer);
  return answer;
}
