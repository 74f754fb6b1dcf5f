import { HOME_NAMESPACE } from "../../k8s/apply-set.ts";
import { Ca3Error } from "../../support/errors.ts";
import { redacted } from "../../support/redact.ts";
import { command } from "../command.ts";
import { configuredGroups } from "../configured.ts";
import { clusterExitCodes } from "../deploy/args.ts";
import { durationFlag } from "../flag-value.ts";
import { configArg, outputArg } from "../shared-args.ts";
import { verifyAllSettings } from "../verify/settings.ts";

export default command({
  args: {
    config: configArg,
    words: {
      ...{ type: "positional", required: false, multiple: true, valueHint: "explain ID" },
      description: "Explain what a check looks at and why it can fail, without running it",
    },
    output: outputArg("table", "json", "junit"),
    only: {
      ...{ type: "string", multiple: true, valueHint: "CHECK" },
      description: "Only this check or area and the checks it needs, such as kafka, kafka.lag or *.ready",
    },
    skip: { type: "string", multiple: true, valueHint: "CHECK", description: "Leave out this check or area" },
    cluster: {
      type: "boolean",
      description: "Verify the cluster of the kubeconfig; implied by --context",
    },
    evidence: {
      ...{ type: "string", valueHint: "DIR" },
      description: "Save results, objects, events and logs, without secrets, to a new folder or FILE.tgz",
    },
    list: { type: "boolean", description: "List the checks without running them" },
    wait: {
      ...{ type: "string", valueHint: "TIME" },
      description: "Retry failing checks for this long, such as 5m",
    },
  },
  settings: verifyAllSettings,
  examples: [
    ["ca3 verify", "the ca3 up that runs on this machine"],
    [
      "ca3 verify --kafka localhost:9092 --mongo mongodb://localhost/ca3 --api http://localhost:8080",
      "services by their addresses",
    ],
    ["ca3 verify --cluster", "what ca3 deploy has created"],
    ["ca3 verify --cluster --only scale", "whether the processors scale with a burst; takes minutes"],
    ["ca3 verify --only kafka --wait 2m", "retry until Kafka is well, at most two minutes"],
    ["ca3 verify --cluster --evidence report.tgz", "save what somebody else needs to find the fault"],
    ["ca3 verify --output junit > verify.xml", "for CI"],
    ["ca3 verify explain workflow.stored", "what a check looks at, and what to do when it fails"],
  ],
  details:
    "Checks of servers that are not named are skipped, which does not count as passed. Without any address or folder, it " +
    "verifies the ca3 up that runs on this machine. Nothing that others have stored is changed or deleted. The workflow.* " +
    "checks send two events with source and team ca3-verify, each of them twice; they contain no tokens, so they cost nothing, " +
    "and count as two requests.",
  exitCodes: { 3: "A check failed, or none could run", ...clusterExitCodes },
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const [{ checkNamed, selectChecks }, { factsOf }, render] = await Promise.all([
      import("../../verify/select.ts"),
      import("../../verify/facts.ts"),
      import("../render/verify.ts"),
    ]);
    if (args.words.length > 0) {
      io.out(render.explainText(checkNamed(explained(args.words))));
      return 0;
    }
    const chosen = selectChecks(args.only, args.skip);
    if (args.list) {
      if (args.output === "json") io.out(JSON.stringify({ version: 1, checks: chosen }));
      else io.out(render.listText(chosen));
      return 0;
    }
    // A burst is work; all else waits for others nearly all the time.
    if (!chosen.some((id) => factsOf(id).onRequest)) context.withoutJit?.();
    const waitMs =
      args.wait === undefined ? undefined : durationFlag("--wait", args.wait, "ca3 verify --wait 5m");
    const { evidencePlace } = await import("../verify/keep-evidence.ts");
    const keep = args.evidence === undefined ? undefined : evidencePlace(args.evidence, context.cwd);
    const { all } = await configuredGroups({ all: verifyAllSettings }, context);
    const [{ subjectOf }, { checksOf }, { runChecks }, { systemClock: clock }] = await Promise.all([
      import("../verify/subject.ts"),
      import("../../verify/checks.ts"),
      import("../../verify/check.ts"),
      import("../../support/clock.ts"),
    ]);
    const { subject, where, close } = subjectOf(all, {
      ...{ ...context, cluster: args.cluster },
      tell: (text) => io.status(text),
    });
    const startMs = clock.now();
    let left = chosen.length;
    io.status(`verifying ${where.join(", ")}: ${left} checks`);
    try {
      const results = await runChecks(checksOf(subject, chosen), {
        ...{ clock, signal },
        ...(waitMs === undefined ? {} : { retryUntilMs: startMs + waitMs }),
        onResult: ({ id, outcome }) => io.status(`${id} ${outcome}, ${--left} checks left`),
      });
      io.status("");
      const tookMs = clock.now() - startMs;
      if (args.output === "json") io.out(render.verifyJson(results, tookMs));
      else if (args.output === "junit") io.out(render.verifyJunit(results, tookMs));
      else io.out(render.verifyText(results, tookMs, io.outColor));
      if (signal.aborted) {
        if (subject.own.left !== undefined) io.note(subject.own.left);
        return 130;
      }
      if (keep !== undefined) {
        io.status("collecting evidence");
        const { clusterEvidence } = await import("../../verify/evidence.ts");
        const { cluster, wanted } = subject;
        const places = [...Object.values(wanted.namespaces), HOME_NAMESPACE];
        const found = cluster === undefined ? {} : await clusterEvidence(cluster, places, signal);
        const said = await keep({
          "results.json": `${redacted(render.verifyJson(results, tookMs))}\n`,
          ...found,
        });
        io.status("");
        io.note(said);
      }
      return render.isProven(results) ? 0 : 3;
    } finally {
      await close();
    }
  },
});

function explained([verb, id, ...more]: readonly string[]): string {
  if (verb === "explain" && id !== undefined && more.length === 0) return id;
  throw new Ca3Error(
    "CA3_USAGE",
    verb === "explain"
      ? "ca3 verify explain needs the id of one check"
      : `ca3 verify does not know the word ${verb}`,
    { hint: verb === "explain" ? "ca3 verify --list" : `did you mean ca3 verify --only ${verb}?` },
  );
}
