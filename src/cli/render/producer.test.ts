import { expect, test } from "bun:test";
import type { EventSource } from "../../producer/source.ts";
import { systemClock } from "../../support/clock.ts";
import { progressLine, started, summary, watchProducer } from "./producer.ts";

const source: EventSource = {
  name: "s",
  describe: () => "trace.csv",
  notes: ["GPUs are modelled"],
  async *read() {},
  health: () => ({ ok: true, detail: "" }),
};
const sink = {
  append: async () => {},
  checkpoints: { get: () => undefined, put: () => {} },
  describe: () => "the event log in d",
  close: async () => {},
};
const counts = { events: 0, bytes: 0, skipped: 0, unsent: 0, bySource: {} };

test.each([
  [false, ["source: trace.csv", "note: GPUs are modelled", "to: the event log in d"]],
  [true, ["going on with: trace.csv", "note: GPUs are modelled", "to: the event log in d"]],
])("a start tells source, notes and sink; resumed: %p", (resumed, lines) => {
  expect(started([source], { sink, resumed })).toEqual(lines);
});

test.each([
  ["all sent", { events: 2000, bytes: 2048 }, ["sent 2,000 events, 2.0 KiB, in 1.0 s (2,000/s)"]],
  [
    "rows skipped",
    { events: 1, bytes: 1, skipped: 3 },
    ["sent 1 event, 1 B, in 1.0 s (1/s)", "skipped 3 rows that cannot be read"],
  ],
  [
    "nothing left",
    {},
    [
      "sent 0 events, 0 B, in 1.0 s (0/s)",
      "there was nothing to send; a run that is complete is not sent again",
    ],
  ],
])("a summary when %s", (_when, over, lines) => {
  expect(summary({ ...counts, ...over }, 1_000)).toEqual(lines);
});

test("progress names what is in trouble, and only that", () => {
  const health = { a: { ok: true, detail: "fine" }, b: { ok: false, detail: "events wait since 3 s" } };
  expect(progressLine(12_345, 200, health)).toBe("12,345 sent · 200/s · b: events wait since 3 s");
});

test("the progress line goes away at the end, and the time stands still", () => {
  const statuses: string[] = [];
  let nowMs = 1_000;
  const progress = watchProducer({
    io: { status: (text) => void statuses.push(text) },
    clock: { ...systemClock, now: () => nowMs },
    sent: () => 1,
    health: () => ({}),
  });
  nowMs = 4_000;
  progress.stop();
  nowMs = 9_000;
  expect([statuses, progress.elapsedMs()]).toEqual([[""], 3_000]);
});
