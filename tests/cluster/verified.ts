import type { Stage } from "./stage.ts";

export { saying } from "../verify/verified.ts";

type Problem = { readonly seen: string; readonly want: string; readonly do: string };
export type Verified = {
  readonly code: number;
  /** Outcome by id. */
  readonly results: Readonly<Record<string, string>>;
  /** The first problem of each check that has one. */
  readonly problems: Readonly<Record<string, Problem>>;
  /** What a check has measured, by id. */
  readonly data: Readonly<Record<string, unknown>>;
  having(...outcomes: readonly string[]): readonly string[];
};

/** What `ca3 verify` says of the cluster: of some checks and areas, or of all but `scale`. */
export async function verify(stage: Stage, ...only: readonly string[]): Promise<Verified> {
  const chosen = only.length === 0 ? "--skip scale" : only.map((one) => `--only ${one}`).join(" ");
  const { code, out, err } = await stage.ca3(`verify --cluster ${chosen} --output json`);
  if (out === "") throw new Error(err);
  const { checks } = JSON.parse(out) as {
    checks: readonly { id: string; result: string; problems: readonly Problem[]; data?: unknown }[];
  };
  return {
    code,
    results: Object.fromEntries(checks.map(({ id, result }) => [id, result])),
    problems: Object.fromEntries(
      checks.flatMap(({ id, problems }) => problems.slice(0, 1).map((one) => [id, one])),
    ),
    data: Object.fromEntries(checks.map(({ id, data }) => [id, data])),
    having: (...outcomes) => checks.filter(({ result }) => outcomes.includes(result)).map(({ id }) => id),
  };
}

/** Each check that fails, with what it saw and what to do about it; the one that always does is left out. */
export const told = ({ having, problems }: Verified) =>
  Object.fromEntries(
    having("fail", "warn", "error")
      .filter((id) => id !== "security.network-enforced")
      .map((id) => [id, [problems[id]!.seen, problems[id]!.do]]),
  );
