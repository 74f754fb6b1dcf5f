import type { Clock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";

/** `skip` is no pass: the check could not look. */
export const outcomes = ["pass", "warn", "fail", "skip"] as const;
export type Outcome = (typeof outcomes)[number];

export type Problem = {
  readonly severity: "warn" | "fail";
  /** One sentence with the value that is wrong. */
  readonly message: string;
  /** The next command to type, or the setting to change. */
  readonly hint?: string;
};

/** What a probe found when there is more to say than whether all is well. */
export type Finding<D> = {
  /** One line. */
  readonly summary?: string;
  readonly problems?: readonly Problem[];
  /** Why it could not look; no pass, whatever the problems are. */
  readonly skipped?: string;
  readonly data?: D;
};

/** Something that is to be so, and how to find out whether it is. */
export type Check<D = unknown> = {
  /** Short, stable, in kebab-case where we choose it. */
  readonly id: string;
  /** A sentence that is true when all is well, or the name of what is looked at. */
  readonly title: string;
  /** What a problem means that the probe answers with as text, or by rejecting. */
  readonly severity: "warn" | "fail";
  /** How long the probe may take, ms. */
  readonly deadlineMs: number;
  /**
   * Answers nothing when all is well, one sentence when not, or a finding. `signal` aborts at the deadline: the probe
   * ends then, and is not waited for.
   */
  probe(signal: AbortSignal): Promise<string | undefined | Finding<D>>;
};

export type CheckResult<D = unknown> = {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly tookMs: number;
  readonly summary: string | undefined;
  readonly problems: readonly Problem[];
  readonly data: D | undefined;
};

export type RunOptions<D> = {
  readonly clock: Clock;
  /** Ends all checks; those under way are skipped. */
  readonly signal: AbortSignal;
  readonly onResult?: (result: CheckResult<D>) => void;
};

/** Runs all checks side by side and answers in their order. Never rejects: a probe that does is a problem of its check. */
export const runChecks = <D>(
  checks: readonly Check<D>[],
  options: RunOptions<D>,
): Promise<CheckResult<D>[]> =>
  Promise.all(
    checks.map(async (check) => {
      const result = await runCheck(check, options);
      options.onResult?.(result);
      return result;
    }),
  );

async function runCheck<D>(check: Check<D>, { clock, signal }: RunOptions<D>): Promise<CheckResult<D>> {
  const startMs = clock.now();
  const late = new AbortController();
  const ended = new AbortController();
  const stop = AbortSignal.any([late.signal, signal]);
  const deadline = clock.sleep(check.deadlineMs, AbortSignal.any([ended.signal, signal])).then(() => {
    const finding = signal.aborted ? { skipped: "stopped before it was finished" } : overdue(check);
    late.abort();
    return finding;
  });
  const probing = check.probe(stop).then(
    (answer) => (typeof answer === "string" ? problem(check, answer) : (answer ?? {})),
    (error: unknown) => failed(check, error),
  );
  const finding: Finding<D> = await Promise.race([probing, deadline]);
  ended.abort();
  const problems = finding.problems ?? [];
  return {
    id: check.id,
    title: check.title,
    outcome: outcomeOf(finding),
    tookMs: clock.now() - startMs,
    summary: finding.summary ?? finding.skipped,
    problems,
    data: finding.data,
  };
}

function outcomeOf({ problems = [], skipped }: Finding<unknown>): Outcome {
  if (problems.some(({ severity }) => severity === "fail")) return "fail";
  if (skipped !== undefined) return "skip";
  return problems.length > 0 ? "warn" : "pass";
}

const problem = (check: Check, message: string, hint?: string): Finding<never> => ({
  problems: [{ severity: check.severity, message, ...(hint === undefined ? {} : { hint }) }],
});

const overdue = (check: Check): Finding<never> =>
  problem(check, `gave no answer within ${check.deadlineMs / 1000} s`);

function failed(check: Check, error: unknown): Finding<never> {
  if (error instanceof Ca3Error) return problem(check, error.message, error.hint);
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return problem(check, `this looks like a bug in ca3: ${what}`, "report it with this output");
}

/** How many checks ended in each way. */
export function countOutcomes(results: readonly Pick<CheckResult, "outcome">[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { pass: 0, warn: 0, fail: 0, skip: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}
