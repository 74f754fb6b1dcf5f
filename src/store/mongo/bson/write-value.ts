import { type BsonWriter, bsonType, type Name } from "./writer.ts";

/**
 * Writes a value that came out of JSON under a name. False when the store cannot keep it as a field, because of its own
 * name or one inside it; nothing is written then.
 */
export function writeValue(into: BsonWriter, name: Name, value: unknown): boolean {
  switch (typeof value) {
    case "string":
      into.string(name, value);
      return true;
    case "number":
      writeNumber(into, name, value);
      return true;
    case "boolean":
      into.boolean(name, value);
      return true;
    case "object":
      if (value !== null) return writeNested(into, name, value);
      into.null(name);
      return true;
    default:
      // JSON has no value for what is left, and leaves it out as well
      return true;
  }
}

/** Whole numbers as integers, so that sums over them are exact; the others, and -0, as they are. */
function writeNumber(into: BsonWriter, name: Name, value: number): void {
  if ((value | 0) === value && (value !== 0 || 1 / value > 0)) into.int32(name, value);
  else if (value !== 0 && Number.isSafeInteger(value)) into.int64(name, value);
  else into.double(name, value);
}

function writeNested(into: BsonWriter, name: Name, value: object): boolean {
  const before = into.end;
  const isArray = Array.isArray(value);
  const start = into.openField(name, isArray ? bsonType.array : bsonType.document);
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    // an array keeps its places, as in JSON
    const kept = isArray && inner === undefined ? null : inner;
    if ((isArray || isFieldName(key)) && writeValue(into, key, kept)) continue;
    into.rewind(before);
    return false;
  }
  into.close(start);
  return true;
}

/** Names with a meaning of their own in the query language, or that BSON cannot hold. */
export const isFieldName = (name: string): boolean =>
  name !== "" && !name.startsWith("$") && !name.includes(".") && !name.includes("\0");
