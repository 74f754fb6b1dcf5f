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
