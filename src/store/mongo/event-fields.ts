import { isFieldName, writeValue } from "./bson/write-value.ts";
import { type BsonWriter, nameBytes } from "./bson/writer.ts";

export type OtherFields = {
  /** Fields that MongoDB cannot keep under their names, or whose names are taken, as JSON. */
  readonly other_json?: string;
};
const OTHER = "other_json";

/** Names that are remembered; they are few, and what sends more than this makes them up. */
const MOST_NAMES = 2_000;

/** What becomes of a field: its name as bytes, or no field of its own, or nothing at all. */
type Fate = Uint8Array | "other" | "left out";

/** How the fields of a kind of document are written, by their names; each name is looked at once. */
export class FieldRules {
  readonly #fates = new Map<string, Fate>();
  readonly #taken: ReadonlySet<string>;
  readonly #without: ReadonlySet<string>;

  /** Names that are `taken` go into `other_json`; those in `without` are left out. */
  constructor(taken: readonly string[] = [], without: readonly string[] = []) {
    this.#taken = new Set([...taken, OTHER]);
    this.#without = new Set(without);
  }

  of(name: string): Fate {
    const known = this.#fates.get(name);
    if (known !== undefined) return known;
    const fate = this.#judge(name);
    if (this.#fates.size < MOST_NAMES) this.#fates.set(name, fate);
    return fate;
  }

  #judge(name: string): Fate {
    if (this.#without.has(name)) return "left out";
    return this.#taken.has(name) || !isFieldName(name) ? "other" : nameBytes(name);
  }
}

/**
 * Writes the fields of an object that came out of JSON. Those of a name that is taken, or that MongoDB cannot keep, come
 * back from `other_json`.
 */
export function writeFields(into: BsonWriter, source: object, rules: FieldRules): void {
  let other: Record<string, unknown> | undefined;
  for (const name in source) {
    const fate = rules.of(name);
    if (fate === "left out") continue;
    const value = (source as Readonly<Record<string, unknown>>)[name];
    if (fate !== "other" && writeValue(into, fate, value)) continue;
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
