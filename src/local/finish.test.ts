import { expect, test } from "bun:test";
import { steeredClock } from "../../tests/helpers/steered-clock.ts";
import type { ProducerSummary } from "../producer/service.ts";
import { finished } from "./finish.ts";

type Parts = Parameters<typeof finished>[0];
const summary: ProducerSummary = { events: 0, bytes: 0, skipped: 0, unsent: 0, bySource: {} };
const lagOf = (lag: number) => [
  { topic: "t", partition: 0, committed: 0, endOffset: lag, lag, lagSeconds: 0 },
];

const parts = (over: Partial<Parts>): Parts => ({
  produced: Promise.resolve(summary),
  processing: new Promise(() => {}),
  lag: async () => lagOf(0),
  trouble: () => undefined,
  ...over,
});

test("it ends when the sources ended and nothing waits in the log", async () => {
  const clock = steeredClock();
  let lag = 3;
  let ended = false;
  const end = finished(parts({ lag: async () => lagOf(lag) }), clock, 60_000).then(() => {
    ended = true;
  });
  await clock.advance(1000);
  expect(ended).toBe(false);
  lag = 0;
  await clock.advance(100);
  await end;
});

test.each([
  ["source", () => ({ produced: Promise.reject(new Error("broken file")) }), "broken file"],
  ["processor", () => ({ processing: Promise.reject(new Error("poison")) }), "poison"],
] as [string, () => Partial<Parts>, string][])(
  "a %s that fails for good ends it",
  async (_who, over, message) => {
    const clock = steeredClock();
    const end = finished(parts({ lag: async () => lagOf(1), ...over() }), clock, 60_000);
    end.catch(() => {});
    await clock.advance(100);
    await expect(end).rejects.toThrow(message);
  },
);

test("an outage is waited for, and given up on with its reason after the limit", async () => {
  const clock = steeredClock();
  let trouble: string | undefined = "store: disk full";
  const end = finished(parts({ lag: async () => lagOf(1), trouble: () => trouble }), clock, 5_000);
  end.catch(() => {});
  await clock.advance(4_000);
  trouble = undefined;
  await clock.advance(1_000);
  trouble = "store: disk full";
  await clock.advance(4_000);
  await clock.advance(2_000);
  await expect(end).rejects.toThrow("gave up after 5 s: store: disk full");
});
