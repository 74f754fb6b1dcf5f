import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Assignable, assign } from "./assign.ts";

type Member = { readonly name: string; readonly topics: ReadonlySet<string> };
const member = (name: string, ...topics: string[]): Member => ({ name, topics: new Set(topics) });
const partitions = (topic: string, count: number, from = 0): Assignable[] =>
  Array.from({ length: count }, (_, i) => ({ id: from + i, topic }));
const loads = (owners: ReadonlyMap<number, Member>) => {
  const counts: Record<string, number> = {};
  for (const { name } of owners.values()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const [a, b, c] = [member("a", "t"), member("b", "t"), member("c", "t")];

test("one member gets everything, three share evenly", () => {
  expect(loads(assign([a], partitions("t", 7), new Map()))).toEqual({ a: 7 });
  expect(loads(assign([a, b, c], partitions("t", 12), new Map()))).toEqual({ a: 4, b: 4, c: 4 });
});

test("members beyond the number of partitions get nothing, and without members nobody does", () => {
  expect(assign([a, b, c], partitions("t", 2), new Map()).size).toBe(2);
  expect(assign([], partitions("t", 2), new Map()).size).toBe(0);
});

test("a member that joins takes only its share; the rest stays where it was", () => {
  const all = partitions("t", 12);
  const before = assign([a, b], all, new Map());
  const after = assign([a, b, c], all, before);
  expect(loads(after)).toEqual({ a: 4, b: 4, c: 4 });
  expect(all.filter(({ id }) => before.get(id) !== after.get(id)).length).toBe(4);
});

test("the partitions of a member that left go to the others, who keep theirs", () => {
  const all = partitions("t", 9);
  const before = assign([a, b, c], all, new Map());
  const after = assign([a, c], all, before);
  for (const { id } of all) if (before.get(id) !== b) expect(after.get(id)).toBe(before.get(id)!);
  expect(Object.values(loads(after)).sort()).toEqual([4, 5]);
});

test("a topic goes only to members that read it", () => {
  const [onlyU, both] = [member("u", "u"), member("tu", "t", "u")];
  const all = [...partitions("t", 4), ...partitions("u", 4, 10)];
  const owners = assign([onlyU, both], all, new Map());
  for (const { id } of partitions("t", 4)) expect(owners.get(id)).toBe(both);
  expect(loads(owners)).toEqual({ u: 4, tu: 4 });
});

test("whatever happened before, every partition has one owner and loads differ by at most one", () => {
  const members = [a, b, c, member("d", "t"), member("e", "t")];
  const someMembers = fc.subarray(members, { minLength: 1 });
  const history = fc.array(someMembers, { minLength: 1, maxLength: 8 });
  const property = fc.property(history, fc.integer({ min: 1, max: 24 }), (steps, count) => {
    let owners = new Map<number, Member>();
    for (const present of steps) {
      owners = assign(present, partitions("t", count), owners);
      expect(owners.size).toBe(count);
      const counts = present.map(({ name }) => loads(owners)[name] ?? 0);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });
  fc.assert(property, { numRuns: 200 });
});
