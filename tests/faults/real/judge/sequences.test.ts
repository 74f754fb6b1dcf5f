import { expect, test } from "bun:test";
import { sequenceProblems } from "./sequences.ts";

const held = (source_id: string, ...seqs: number[]) => seqs.map((seq) => ({ source_id, seq }));

test("all that was promised, and a little more, is right", () => {
  expect(sequenceProblems(new Map([["a", 3]]), held("a", 0, 1, 2, 3, 4))).toEqual([]);
});

test.each([
  [
    "an event is missing",
    new Map([["a", 3]]),
    held("a", 0, 2),
    "a: 1 of 3 events are missing, from number 1 on",
  ],
  [
    "the last ones are missing",
    new Map([["a", 3]]),
    held("a", 0),
    "a: 2 of 3 events are missing, from number 1 on",
  ],
  [
    "there is a gap behind what was promised",
    new Map([["a", 1]]),
    held("a", 0, 2),
    "a: 1 of 3 events are missing, from number 1 on",
  ],
  ["nothing is there", new Map([["a", 2]]), [], "a: 2 of 2 events are missing, from number 0 on"],
  ["somebody else has sent", new Map(), held("b", 0), "b: nobody has sent its 1 events"],
])("it is a problem when %s", (_title, promised, events, problem) => {
  expect(sequenceProblems(promised, events)).toEqual([problem]);
});
