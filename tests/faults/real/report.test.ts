import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "./report.ts";
import { keepRun, keptRuns } from "./run-folder.ts";
import { complaints, recordOf } from "./run-record.ts";
import type { Outcome, WorldResult } from "./run-world.ts";

const facts = {
  ...{ seed: 7, brokers: 1, program: "dist/ca3", seconds: 600 },
  ...{ day: "2026-05-01", machine: "2 cores" },
};
const world = (outcomes: readonly Outcome[], more: Partial<WorldResult> = {}): WorldResult => ({
  ...{ seed: 7, outcomes, problems: [], surprises: [] },
  ...{ starts: 5, records: 1_000, events: 990, deadLetters: 10 },
  ...more,
});
const killed = (recoveredMs?: number): Outcome => ({
  ...{ kind: "processor killed", struck: true },
  ...(recoveredMs === undefined ? {} : { recoveredMs }),
});

test("a run in which all is right says so, with how often and how long", () => {
  const text = report([recordOf([world([killed(1_200), killed(3_400)]), world([killed(100)])], facts)]);
  expect(text).toContain("3 faults in 2 worlds: **nothing lost, nothing twice, every sum right**");
  expect(text).toContain("| processor killed | 3 | 3 | 3.4 s | recovered |");
  expect(text).toContain("| 2026-05-01 | `--count 3 --seed 7 --program dist/ca3` | 2 cores | 10 | 3 | 0 |");
  expect(text).not.toContain("## Problems");
});

test("whatever is wrong is in the verdict, in its row and in the list", () => {
  const results = [
    world([killed(), killed(100)], {
      problems: ["e1 was lost"],
      surprises: [{ name: "processor-1", end: "1", said: "no" }],
    }),
  ];
  const text = report([recordOf(results, facts)]);
  expect(complaints(results)).toEqual([
    "world 7: e1 was lost",
    "world 7: processor-1 ended by itself (1)",
    "world 7: no recovery from: processor killed (anywhere)",
  ]);
  expect(text).toContain("**3 problems**");
  expect(text).toContain("| processor killed | 2 | 1 | 0.1 s | **1 not** |");
  for (const one of complaints(results)) expect(text).toContain(`- ${one}`);
});

test("a fault without an occasion counts as neither struck nor recovered", () => {
  const missed: Outcome = {
    kind: "processor at a step: killed",
    place: "processor, request of join",
    struck: false,
  };
  const text = report([recordOf([world([missed, killed(100)])], facts)]);
  expect(text).toContain("1 fault in 1 world");
  expect(text).toContain("| processor, request of join | 0 | 0 | 0.0 s | no occasion |");
  expect(text).toContain("| Without an occasion | 1:");
});

test("runs on several days add up", () => {
  const runs = [
    recordOf([world([killed(1_200), killed(3_400)])], facts),
    recordOf([world([killed(5_000)], { events: 10, problems: ["e1 was lost"] })], {
      ...facts,
      ...{ seed: 8, day: "2026-05-02" },
    }),
  ];
  const text = report(runs);
  expect(text).toContain("3 faults in 2 worlds: **1 problem**");
  expect(text).toContain("| processor killed | 3 | 3 | 5.0 s | recovered |");
  expect(text).toContain("| Events stored | 1,000 |");
  for (const seed of [7, 8]) expect(text).toContain(`--seed ${seed} `);
});

test("a run is kept anew after each world, beside others, and the report names all servers", () => {
  const folder = mkdtempSync(join(tmpdir(), "ca3-fault-runs-"));
  const runs = join(folder, "runs");
  const one = recordOf([world([killed(1_200)])], facts);
  const longer = recordOf([world([killed(1_200)]), world([killed(100)])], facts);
  const other = recordOf([world([killed(3_400)])], { ...facts, seed: 8, brokers: 3 });
  for (const run of [one, other, longer]) keepRun(runs, run);
  expect(keptRuns(runs)).toEqual([longer, other]);
  expect(report(keptRuns(runs))).toContain("one broker or 3 brokers;");
  rmSync(folder, { recursive: true });
});
