import { type DeployEvent, describeStep } from "../../k8s/apply.ts";
import { deployTimeSettings } from "../../k8s/client/config.ts";
import { problemOf } from "../../k8s/deploy.ts";
import { reasonOf } from "../../k8s/readiness/look.ts";
import type { ClusterSettings } from "../../provision/config.ts";
import type { Report } from "../../provision/run/progress.ts";
import { systemClock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import { printable } from "../../support/format.ts";
import { runChecks } from "../../verify/check.ts";
import { checksOf } from "../../verify/checks.ts";
import { selectChecks } from "../../verify/select.ts";
import type { Context } from "../command.ts";
import type { Surroundings } from "../config-file.ts";
import { configured, configuredGroups } from "../configured.ts";
import { carryOut } from "../deploy/carry-out.ts";
import { prepareDeployment } from "../deploy/prepared.ts";
import { isProven, outcomesText } from "../render/verify.ts";
import { verifyAllSettings } from "../verify/settings.ts";
import { subjectOf } from "../verify/subject.ts";
import { fetchEntry, keepEntry } from "./entry.ts";
import type { GoingOn } from "./make.ts";

export type GoOnOptions = GoingOn & {
  readonly uid: string | undefined;
  /** How long checks may take to pass, ms. */
  readonly withinMs: number;
  /** Patterns of checks that are not run. */
  readonly skip: readonly string[];
};

/**
 * From a cluster that stands to a pipeline that works, as steps of the run that made the cluster. Each part finds by itself
 * what is done already. Throws what `ca3 deploy` would, and CA3_NOT_PROVEN when checks do not pass.
 */
export async function deployAndVerify(
  context: Context,
  settings: ClusterSettings,
  { steps, report, uid, withinMs, skip }: GoOnOptions,
): Promise<void> {
  const { name } = settings;
  await steps.run("kubeconfig", "Context in the kubeconfig", async (waiting) => {
    const fetched = await fetchEntry(context, settings, uid);
    waiting(`context ${name} in ${keepEntry(context, fetched, false)}`);
  });
  // flags of this command are about machines; a deployment takes the rest from the file
  const { config } = context.given;
  const around = { ...context, given: { context: name, ...(config === undefined ? {} : { config }) } };
  await steps.run("deploy", "Deploy the pipeline", (waiting) =>
    deploy(around, context.interrupted, report, waiting),
  );
  const told = await steps.run("verify", "Verify that it works", (waiting) =>
    verify(around, context.interrupted, { name, withinMs, skip, report, waiting }),
  );
  context.io.note(`verified: ${told}`);
}

async function deploy(
  around: Surroundings,
  signal: AbortSignal,
  report: Report,
  waiting: (reason: string) => void,
): Promise<void> {
  const { timeoutMs } = await configured(deployTimeSettings, around);
  const taking = { parts: [], force: false, adopt: false, signal };
  const ready = await prepareDeployment(around, taking);
  const problem = problemOf(ready.prepared.plan);
  if (problem !== undefined) throw problem;
  const onEvent = (event: DeployEvent) => tell(event, report, waiting);
  await carryOut(ready, { force: false, wait: true, timeoutMs, breakIt: false, onEvent, signal });
}

function tell(event: DeployEvent, report: Report, waiting: (reason: string) => void): void {
  if (event.type === "generated") {
    const { namespace, name } = event.generation.secret;
    report({ type: "deploy.change", what: `created Secret ${namespace}/${name}` });
  } else if (event.type === "step") {
    report({ type: "deploy.change", what: printable(describeStep(event.step)) });
  } else if (event.type === "phase") {
    report({ type: "deploy.phase", phase: event.phase, objects: event.objects });
  } else if (event.type === "without") {
    waiting(printable(reasonOf(event.look)));
  } else {
    const { phase, open, total } = event;
    const longest = open[0] === undefined ? "" : `: ${printable(reasonOf(open[0]))}`;
    waiting(`${phase}, ${total - open.length} of ${total} ready${longest}`);
  }
}

type Verifying = {
  readonly name: string;
  readonly withinMs: number;
  readonly skip: readonly string[];
  readonly report: Report;
  readonly waiting: (reason: string) => void;
};

/** Answers with what came out. Throws CA3_NOT_PROVEN when a check does not pass. */
async function verify(
  around: Surroundings,
  signal: AbortSignal,
  { name, withinMs, skip, report, waiting }: Verifying,
): Promise<string> {
  const { all } = await configuredGroups({ all: verifyAllSettings }, around);
  const { subject, close } = subjectOf(all, { ...around, cluster: true, tell: waiting });
  try {
    const results = await runChecks(checksOf(subject, selectChecks([], skip)), {
      ...{ clock: systemClock, signal, retryUntilMs: systemClock.now() + withinMs },
      onResult: ({ id, outcome, problems }) =>
        report({
          ...{ type: "check.done", check: id, outcome },
          problems: outcome === "skip" ? [] : problems.map(({ message }) => printable(message)),
        }),
    });
    signal.throwIfAborted();
    if (isProven(results)) return outcomesText(results);
    const failed = results.filter(({ outcome }) => outcome === "fail" || outcome === "error");
    throw new Ca3Error(
      "CA3_NOT_PROVEN",
      failed.length === 0
        ? "no check could look at anything"
        : `${failed.length} of ${results.length} checks do not pass: ${failed.map(({ id }) => id).join(", ")}`,
      { hint: ["ca3 verify --context", name, ...skip.map((one) => `--skip ${one}`)].join(" ") },
    );
  } finally {
    await close();
  }
}
