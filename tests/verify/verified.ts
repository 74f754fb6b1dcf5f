import { expect } from "bun:test";
import { type CliOptions, ca3 } from "../helpers/cli.ts";

type Problem = { readonly seen: string; readonly want: string; readonly do: string };
export type Verified = {
  readonly code: number;
  readonly ok: boolean;
  /** Outcome by id. */
  readonly results: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, readonly Problem[]>>;
  /** What a check has measured, by id. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Ids of what failed or broke. */
  readonly failed: readonly string[];
};

/** Runs `ca3 verify` in this process and reads what it says. */
export async function verify(words: readonly string[], options: CliOptions = {}): Promise<Verified> {
  const { code, out, notes } = await ca3(["verify", "--output", "json", ...words], options);
  if (out === "") throw new Error(`ended with ${code}:\n${notes}`);
  const { ok, checks } = JSON.parse(out) as {
    ok: boolean;
    checks: { id: string; result: string; problems: Problem[]; data?: unknown }[];
  };
  return {
    ...{ code, ok },
    results: Object.fromEntries(checks.map(({ id, result }) => [id, result])),
    problems: Object.fromEntries(checks.map(({ id, problems }) => [id, problems])),
    data: Object.fromEntries(checks.map(({ id, data }) => [id, data])),
    failed: checks.filter(({ result }) => result === "fail" || result === "error").map(({ id }) => id),
  };
}

/** Each check that is not well, with the first thing that it saw and what to do about it. */
export const told = ({ results, problems }: Verified) =>
  Object.fromEntries(
    Object.keys(results)
      .filter((id) => ["fail", "warn", "error"].includes(results[id]!))
      .map((id) => [id, [problems[id]![0]!.seen, problems[id]![0]!.do]]),
  );

/** What a check says of a fault: what it saw, and in what it says to do, the repair. `faults.test.ts` looks for its uses. */
export const saying = (seen: RegExp, repair: string) => [
  expect.stringMatching(seen),
  expect.stringContaining(repair),
];
