import { expect, test } from "bun:test";
import { gpuEvent, HOUR_MS } from "../../../tests/samples/events.ts";
import { rowsOf } from "../../../tests/samples/rows.ts";
import { addFacts, factsOf, noFacts } from "./facts.ts";

const readingOf = (host: string, hour: number) =>
  gpuEvent({ ts: new Date(HOUR_MS + hour * 3_600_000).toISOString(), interval_s: 60, gpu_model: "L4", host });
const moved = rowsOf([readingOf("host-a", 1), readingOf("host-b", 3)]);
const names = ({ cards }: ReturnType<typeof factsOf>) => [...cards.values()].map(({ name }) => name);

test("a GPU is known by the host it was seen on last, whatever the order of the rows", () => {
  expect(names(factsOf(moved))).toEqual(["L4 on host-b"]);
  expect(names(factsOf(moved.toReversed()))).toEqual(["L4 on host-b"]);
});

test("and whatever the order in which facts are joined", () => {
  for (const order of [moved, moved.toReversed()]) {
    const joined = noFacts();
    for (const row of order) addFacts(joined, factsOf([row]));
    expect(names(joined)).toEqual(["L4 on host-b"]);
  }
});

test("of two hosts at the same moment it is always the same one", () => {
  const both = rowsOf([readingOf("host-a", 1), readingOf("host-b", 1)]);
  expect(names(factsOf(both))).toEqual(names(factsOf(both.toReversed())));
});
