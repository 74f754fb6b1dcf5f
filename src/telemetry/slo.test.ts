import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { tokenEvent } from "../../tests/samples/events.ts";
import type { TokenEvent } from "./events.ts";
import { judge, type Slo, timesOf } from "./slo.ts";

const slo: Slo = { ttft: 0.5, tpot: 0.05, e2e: 5 };
const none = { ttft: 0, tpot: 0, e2e: 0 };
const request = (own: Partial<TokenEvent>) =>
  tokenEvent({ requests: 1, output_tokens: 101, ttft_s: 0.5, latency_s: 4.5, ...own });

describe("a request", () => {
  test.each([
    ["keeps every promise", {}, { judged: 1, good: 1, missed: none }],
    ["begins late", { ttft_s: 0.51 }, { judged: 1, good: 0, missed: { ...none, ttft: 1 } }],
    [
      "goes on slowly, so that it ends late",
      { latency_s: 6 },
      { judged: 1, good: 0, missed: { ttft: 0, tpot: 1, e2e: 1 } },
    ],
    ["says how slowly it goes on", { tpot_s: 0.06 }, { judged: 1, good: 0, missed: { ...none, tpot: 1 } }],
    ["fails fast", { error_type: "timeout" }, { judged: 1, good: 0, missed: none }],
    ["has an answer of one token", { output_tokens: 1 }, { judged: 1, good: 1, missed: none }],
  ])("that %s", (_name, own, verdict) =>
    expect(judge(request(own), slo)).toEqual({ ...verdict, estimated: false }),
  );

  test("of which a promised time is not known is not judged, unless another one was missed", () => {
    const { ttft_s: _, ...unknown } = request({});
    expect(judge(unknown, slo).judged).toBe(0);
    expect(judge({ ...unknown, latency_s: 9 }, slo)).toMatchObject({
      judged: 1,
      good: 0,
      missed: { e2e: 1 },
    });
    expect(judge(unknown, { e2e: 5 })).toMatchObject({ judged: 1, good: 1 });
  });

  test("is not judged when nothing is promised", () => expect(judge(request({}), {}).judged).toBe(0));
});

test("time per further token is what is left after the first one, shared out", () => {
  expect(timesOf(request({ ttft_s: 1, latency_s: 3 }))).toEqual({ ttft: 1, tpot: 0.02, e2e: 3 });
  const unknown = { ttft: undefined, tpot: undefined, e2e: undefined };
  expect(timesOf(tokenEvent({ output_tokens: 5 }))).toEqual(unknown);
});

describe("an interval", () => {
  const interval = (own: Partial<TokenEvent>) =>
    tokenEvent({
      kind: "interval",
      requests: 10,
      ttft_counts: [10],
      tpot_counts: [10],
      e2e_counts: [10],
      ...own,
    });
  const late = (bucket: number, times: number) => [10 - times, ...new Array(bucket - 1).fill(0), times];
  test.each([
    ["in which all keep every promise", {}, 10, none],
    [
      "where the promise broken most often decides",
      { ttft_counts: late(20, 2), e2e_counts: late(20, 5) },
      5,
      { ttft: 2, tpot: 0, e2e: 5 },
    ],
    ["with failures", { errors: 3 }, 7, none],
    ["with more failures than requests", { errors: 30 }, 0, none],
    ["with a promise at the end of a bucket", { ttft_counts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10] }, 10, none],
    [
      "with other numbers counted than requests",
      { tpot_counts: [1, ...new Array(15).fill(0), 1] },
      5,
      { ...none, tpot: 5 },
    ],
  ])("%s", (_name, own, good, missed) =>
    expect(judge(interval(own), slo)).toEqual({ judged: 10, good, missed, estimated: true }),
  );

  test("without counts of a promised time is not judged", () => {
    expect(judge(interval({ tpot_counts: [] }), slo).judged).toBe(0);
    expect(judge(interval({ tpot_counts: [] }), { e2e: 1 }).judged).toBe(10);
  });
});

test("good requests are never more than those judged, and nothing is negative", () => {
  const counts = fc.array(fc.nat(30), { maxLength: 20 });
  const event = fc.record({
    ...{
      kind: fc.constantFrom("request" as const, "interval" as const),
      requests: fc.nat(40),
      errors: fc.nat(50),
    },
    ...{
      ttft_counts: counts,
      tpot_counts: counts,
      e2e_counts: counts,
      latency_s: fc.nat(20),
      ttft_s: fc.nat(3),
    },
  });
  const limit = fc.double({ min: 0.001, max: 100, noNaN: true });
  const slos = fc.record({ ttft: limit, tpot: limit, e2e: limit }, { requiredKeys: [] });
  fc.assert(
    fc.property(event, slos, (own, promised) => {
      const { judged, good, missed } = judge(tokenEvent(own), promised);
      for (const number of [judged, good, ...Object.values(missed)]) {
        expect(Number.isInteger(number)).toBe(true);
        expect(number).toBeWithin(0, own.requests + 1);
      }
      for (const number of [good, ...Object.values(missed)]) expect(number).toBeLessThanOrEqual(judged);
    }),
  );
});
