import type { Clock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";

/** `skip` is no pass: the check could not look. `error`: the check itself broke, so nothing is known. */
export const outcomes = ["pass", "warn", "fail", "skip", "error"] as const;
export type Outcome = (typeof outcomes)[number];

export type Problem = {
  readonly severity: "warn" | "fail";
  /** One sentence with the value that is wrong. */
  readonly message: string;
  /** What would be right instead; the title of the check says it where this is absent. */
  readonly want?: string;
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
  /** The probe itself broke. */
  readonly broken?: boolean;
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
  /** Ids of checks that this one makes no sense without: it waits for those that run too, and is skipped when one fails. */
  readonly needs?: readonly string[];
  /** What to do about a problem that says nothing of it itself. */
  readonly hint?: string;
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
  /** A check that fails is tried again until then, ms since the epoch; once when absent. */
  readonly retryUntilMs?: number;
  readonly onResult?: (result: CheckResult<D>) => void;
};

const RETRY_MS = 1_000;
const isBad = (outcome: Outcome): boolean => outcome === "fail" || outcome === "error";

/**
 * Runs all checks side by side, each after those it needs, and answers in their order. Never rejects: a probe that does is
 * a problem of its check.
 */
export function runChecks<D>(checks: readonly Check<D>[], options: RunOptions<D>): Promise<CheckResult<D>[]> {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const started = new Map<Check<D>, Promise<CheckResult<D>>>();
  const start = (check: Check<D>): Promise<CheckResult<D>> => {
    const known = started.get(check);
    if (known) return known;
    const needed = (check.needs ?? []).flatMap((id) => byId.get(id) ?? []);
    const running = Promise.all(needed.map(start)).then(async (before) => {
      const result = blocked(check, before) ?? (await runCheck(check, options));
      options.onResult?.(result);
      return result;
    });
    started.set(check, running);
    return running;
  };
  return Promise.all(checks.map(start));
}

function blocked<D>({ id, title }: Check<D>, before: readonly CheckResult<D>[]): CheckResult<D> | undefined {
  const first = before.find(({ outcome }) => isBad(outcome) || outcome === "skip");
  if (first === undefined) return undefined;
  const summary = isBad(first.outcome) ? `needs ${first.id}, which failed` : first.summary;
  return { ...{ id, title, summary, outcome: "skip", tookMs: 0, problems: [] }, data: undefined };
}

async function runCheck<D>(check: Check<D>, options: RunOptions<D>): Promise<CheckResult<D>> {
  const { clock, signal, retryUntilMs = 0 } = options;
  const startMs = clock.now();
  for (;;) {
    const finding = await tryOnce(check, options);
    const outcome = outcomeOf(finding);
    if (!isBad(outcome) || signal.aborted || clock.now() + RETRY_MS > retryUntilMs)
      return {
        ...{ id: check.id, title: check.title, outcome, tookMs: clock.now() - startMs },
        summary: finding.summary ?? finding.skipped,
        problems: finding.problems ?? [],
        data: finding.data,
      };
    await clock.sleep(RETRY_MS, signal);
  }
}

async function tryOnce<D>(check: Check<D>, { clock, signal }: RunOptions<D>): Promise<Finding<D>> {
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
  return finding;
}

function outcomeOf({ problems = [], skipped, broken = false }: Finding<unknown>): Outcome {
  if (broken) return "error";
  if (problems.some(({ severity }) => severity === "fail")) return "fail";
  if (skipped !== undefined) return "skip";
  return problems.length > 0 ? "warn" : "pass";
}

const problem = (check: Check, message: string, hint = check.hint): Finding<never> => ({
  problems: [{ severity: check.severity, message, ...(hint === undefined ? {} : { hint }) }],
});

const overdue = (check: Check): Finding<never> =>
  problem(check, `gave no answer within ${check.deadlineMs / 1000} s`);

function failed(check: Check, error: unknown): Finding<never> {
  if (error instanceof Ca3Error) return problem(check, error.message, error.hint);
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    ...problem(check, `this looks like a bug in ca3: ${what}`, "report it with this output"),
    broken: true,
  };
}

/** How many checks ended in each way. */
export function countOutcomes(results: readonly Pick<CheckResult, "outcome">[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { pass: 0, warn: 0, fail: 0, skip: 0, error: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}
