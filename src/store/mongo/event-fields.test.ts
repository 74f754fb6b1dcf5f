import { expect, test } from "bun:test";
import fc from "fast-check";
import { BSON } from "mongodb";
import { BsonWriter } from "./bson/writer.ts";
import { FieldRules, fieldsOf, writeFields } from "./event-fields.ts";

/** Names as senders may make them up, those with a meaning in MongoDB or JavaScript among them. */
const names = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "$inc",
    "a.b",
    "a\0b",
    "_id",
    "other_json",
    "__proto__",
    "constructor",
    "é",
    "0",
    "length",
  ),
);
const leaves = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0),
  fc.maxSafeInteger(),
  fc.integer(),
  fc.constantFrom(0, 2 ** 31, -(2 ** 31), 2 ** 31 - 1, 2 ** 53, 1e300, 5e-324, 0.1),
  fc.boolean(),
  fc.constant(null),
);
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaves, fc.array(tie("value"), { maxLength: 4 }), tie("object")),
  object: fc.dictionary(names, tie("value"), { maxKeys: 4 }),
}));
/** What came out of JSON: an object of own properties, whatever they are called. */
const objects = fc
  .dictionary(names, values, { maxKeys: 6 })
  .map((made) => JSON.parse(JSON.stringify(made)) as object);

function written(source: object): Uint8Array {
  const into = new BsonWriter(16);
  const start = into.open();
  writeFields(into, source, new FieldRules());
  into.close(start);
  return into.since(start).slice();
}

test("whatever fields an event has, they come back as they were", () => {
  fc.assert(
    fc.property(objects, (source) => {
      const stored = BSON.deserialize(written(source), { promoteValues: true });
      expect(fieldsOf(stored)).toEqual(source as Record<string, unknown>);
    }),
    { numRuns: 2_000 },
  );
});

test("a zero below zero stays below zero", () => {
  expect(BSON.deserialize(written({ a: -0, b: 0 }))).toEqual({ a: -0, b: 0 });
});

test("names that queries give a meaning to are not among the stored ones", () => {
  fc.assert(
    fc.property(objects, (source) => {
      const seen: string[] = [];
      const look = (value: unknown): void => {
        if (typeof value !== "object" || value === null) return;
        for (const [name, inner] of Object.entries(value)) {
          if (!Array.isArray(value)) seen.push(name);
          look(inner);
        }
      };
      look(BSON.deserialize(written(source)));
      expect(seen.filter((name) => name === "" || /^\$|[.\0]/.test(name))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("a document of plain fields has the bytes that the driver itself would write", () => {
  const plain = fc.dictionary(
    fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}$/).filter((name) => name !== "__proto__"),
    fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 12 }),
    ),
  );
  fc.assert(
    fc.property(plain, (source) => {
      expect(Buffer.from(written(source)).toString("hex")).toBe(
        Buffer.from(BSON.serialize(source)).toString("hex"),
      );
    }),
    { numRuns: 1_000 },
  );
});
