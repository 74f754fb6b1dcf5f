import { expect, test } from "bun:test";
import { fieldChanges, hidden } from "./field-changes.ts";

const container = (name: string, image: string) => ({ name, image });
const pod = (...containers: object[]) => ({ spec: { containers } });

test.each([
  [
    "nothing but what the server keeps",
    { metadata: { generation: 1 }, status: { a: 1 } },
    { metadata: { generation: 2 } },
    [],
  ],
  ["a value", { spec: { a: 1 } }, { spec: { a: 2 } }, [{ path: "spec.a", before: 1, after: 2 }]],
  ["a new field", { spec: {} }, { spec: { a: { b: 1 } } }, [{ path: "spec.a", after: { b: 1 } }]],
  ["a field that goes", { spec: { a: 1 } }, { spec: {} }, [{ path: "spec.a", before: 1 }]],
  [
    "an item of a list, by its name",
    pod(container("a", "1"), container("b", "1")),
    pod(container("b", "2"), container("a", "1")),
    [{ path: "spec.containers[b].image", before: "1", after: "2" }],
  ],
  [
    "an item without a name, by its place",
    { spec: { args: ["a", "b"] } },
    { spec: { args: ["a"] } },
    [{ path: "spec.args[1]", before: "b" }],
  ],
  [
    "a label, whose name has dots",
    { metadata: { labels: { "a.b/c": "x" } } },
    { metadata: { labels: { "a.b/c": "y" } } },
    [{ path: "metadata.labels[a.b/c]", before: "x", after: "y" }],
  ],
])("%s", (_what, before, after, changes) => expect(fieldChanges(before, after)).toEqual(changes));

test("everything of a new object is new", () => {
  expect(fieldChanges(undefined, { kind: "Pod" })).toEqual([{ path: "kind", after: "Pod" }]);
});

test("values of Secrets are never shown, and equal ones look equal", () => {
  const changes = fieldChanges(
    { data: { a: "one", b: "same" }, type: "Opaque" },
    { data: { a: "two", b: "same" }, type: "Other" },
  );
  const shown = JSON.stringify(hidden("Secret", changes));
  expect(shown).not.toMatch(/"(one|two)"/);
  expect(hidden("Secret", changes)).toContainEqual({ path: "type", before: "Opaque", after: "Other" });
  expect(hidden("Secret", fieldChanges({}, { data: { k: "v" } }))[0]?.after).toEqual({
    k: expect.stringMatching(/^secret #/),
  });
});
