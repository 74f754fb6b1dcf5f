import { describe, expect, test } from "bun:test";
import { steeredClock } from "../../tests/helpers/steered-clock.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Check, CheckResult } from "./check.ts";
import { countOutcomes, runChecks } from "./check.ts";

const check = (id: string, probe: Check["probe"], more: Partial<Check> = {}): Check => ({
  ...{ id, title: `${id} is well`, severity: "fail", deadlineMs: 1_000, probe },
  ...more,
});
const never = new AbortController().signal;
const run = (checks: readonly Check[], clock = steeredClock(), signal = never) =>
  runChecks(checks, { clock, signal });

describe("a check", () => {
  test.each<[string, Check["probe"], Partial<CheckResult>]>([
    ["that finds nothing wrong passes", async () => undefined, { outcome: "pass", problems: [] }],
    [
      "that answers with a sentence has that problem",
      async () => "the door is open",
      { outcome: "fail", problems: [{ severity: "fail", message: "the door is open" }] },
    ],
    [
      "that rejects with a reason says the reason and what to do",
      () => Promise.reject(new Ca3Error("CA3_FILE", "no key", { hint: "look under the mat" })),
      { outcome: "fail", problems: [{ severity: "fail", message: "no key", hint: "look under the mat" }] },
    ],
    [
      "that breaks is a bug",
      () => Promise.reject(new TypeError("x is undefined")),
      {
        outcome: "error",
        problems: [expect.objectContaining({ message: expect.stringContaining("bug in ca3") })],
      },
    ],
    [
      "with warnings only warns",
      async () => ({
        summary: "two doors",
        problems: [{ severity: "warn", message: "one squeaks" }],
        data: 2,
      }),
      { outcome: "warn", summary: "two doors", data: 2 },
    ],
    [
      "that could not look is no pass",
      async () => ({ skipped: "no house" }),
      { outcome: "skip", summary: "no house" },
    ],
  ])("%s", async (_name, probe, result) => expect((await run([check("a", probe)]))[0]).toMatchObject(result));

  test("whose trouble only warns, warns", async () => {
    const late = check("a", async () => "hm", { severity: "warn" });
    expect((await run([late]))[0]).toMatchObject({ outcome: "warn" });
  });

  test("that does not come to an end fails at its deadline, and the others are not delayed by it", async () => {
    const clock = steeredClock();
    let aborted = false;
    const hangs = check("hangs", (signal) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return new Promise(() => {});
    });
    const results: string[] = [];
    const all = runChecks([hangs, check("quick", async () => undefined)], {
      ...{ clock, signal: never },
      onResult: ({ id, outcome }) => void results.push(`${id} ${outcome}`),
    });
    await clock.advance(999);
    expect(results).toEqual(["quick pass"]);
    await clock.advance(1);
    const [first] = await all;
    expect(first!.problems).toEqual([{ severity: "fail", message: "gave no answer within 1 s" }]);
    expect(first!.tookMs).toBe(1_000);
    expect(aborted).toBe(true);
  });

  test("waits for those it needs, and is skipped with the reason when one of them fails", async () => {
    const order: string[] = [];
    const says = (id: string, answer?: string) => async () => {
      order.push(id);
      return answer;
    };
    const results = await run([
      check("last", says("last"), { needs: ["good", "bad"] }),
      check("next", says("next"), { needs: ["good", "not chosen"] }),
      check("good", says("good")),
      check("bad", says("bad", "broken")),
      check("after", says("after"), { needs: ["last"] }),
    ]);
    expect(order).toEqual(["good", "bad", "next"]);
    expect(results.map(({ outcome, summary }) => `${outcome} ${summary ?? ""}`.trim())).toEqual([
      ...["skip needs bad, which failed", "pass", "pass", "fail", "skip needs bad, which failed"],
    ]);
  });

  test("that fails is tried again until the deadline, and no longer", async () => {
    const clock = steeredClock();
    let tries = 0;
    const third = check("third", async () => (++tries < 3 ? "not yet" : undefined));
    const never = check("never", async () => "not yet");
    const all = runChecks([third, never], {
      ...{ clock, signal: new AbortController().signal, retryUntilMs: clock.now() + 5_000 },
    });
    for (let s = 0; s < 6; s++) await clock.advance(1_000);
    expect((await all).map(({ outcome, tookMs }) => [outcome, tookMs])).toEqual([
      ["pass", 2_000],
      ["fail", 5_000],
    ]);
    expect(tries).toBe(3);
  });

  test("that is interrupted is skipped", async () => {
    const stop = new AbortController();
    const all = run([check("a", () => new Promise(() => {}))], steeredClock(), stop.signal);
    stop.abort();
    expect(countOutcomes(await all)).toEqual({ pass: 0, warn: 0, fail: 0, skip: 1, error: 0 });
  });
});
