import { clusterSettings, deployTimeSettings } from "../../k8s/client/config.ts";
import { deploySettings } from "../../k8s/config.ts";
import { agree } from "../agree.ts";
import { command } from "../command.ts";
import { clusterExitCodes, lockArgs, partArg, takingArgs } from "../deploy/args.ts";
import { configArg, outputArg, yesArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    output: outputArg("text", "json"),
    yes: yesArg,
    "dry-run": { type: "boolean", description: "Show what would be done, and change nothing" },
    wait: {
      type: "boolean",
      default: true,
      description: "Wait until everything is ready",
      negativeDescription: "Do not wait until everything is ready",
    },
    ...takingArgs,
    ...lockArgs,
    part: partArg,
  },
  settings: { ...deploySettings, ...deployTimeSettings, ...clusterSettings },
  examples: [
    ["ca3 deploy", "deploy everything that ca3.yaml asks for to the current cluster"],
    ["ca3 deploy app --yes", "processor and producers only, without asking"],
    ["ca3 deploy --dry-run --context production", "see what would change in another cluster"],
  ],
  details:
    "First looks at the cluster and reports everything that prevents a deployment: missing rights, capacity " +
    "or storage, and objects or fields that belong to others. Then applies phase by phase, each ready before " +
    "the next starts, and finally removes what is no longer wanted, but never data. If interrupted, run it " +
    "again. With nothing to do, it changes nothing.",
  exitCodes: { ...clusterExitCodes, 8: "not confirmed" },
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const { configured } = await import("../configured.ts");
    const { timeoutMs } = await configured(deployTimeSettings, context);
    const [
      { prepareDeployment },
      { hasWork, problemOf },
      plan,
      { carryOut },
      { deployProgress },
      format,
      { warnBefore, warningNotes },
    ] = await Promise.all([
      import("../deploy/prepared.ts"),
      import("../../k8s/deploy.ts"),
      import("../render/plan.ts"),
      import("../deploy/carry-out.ts"),
      import("../deploy/progress.ts"),
      import("../../support/format.ts"),
      import("../deploy/warnings.ts"),
    ]);
    const showWarnings = warningNotes(io);
    io.status("looking at the cluster");
    const ready = await prepareDeployment(context, { ...args, parts: args.part ?? [], signal });
    const { client, prepared } = ready;
    io.status("");
    showWarnings(client);
    const problem = problemOf(prepared.plan);
    if (problem !== undefined) throw problem;
    const work = hasWork(prepared);
    if (work) await warnBefore(client, io, signal);
    if (args["dry-run"]) {
      if (args.output === "json")
        io.out(JSON.stringify({ version: 1, changed: work, ...plan.planJson(prepared) }));
      else if (work) io.out(plan.planText(prepared, { color: io.outColor }));
      io.note(work ? `cluster ${client.cluster}: ${plan.planSummary(prepared)}` : "nothing to do");
      return 0;
    }
    if (work && !args.yes) {
      io.note(plan.planText(prepared, { color: io.noteColor }));
      const question = `Do this in cluster ${client.cluster} (${plan.planSummary(prepared)})?`;
      await agree(io, question, "ca3 deploy --yes");
    }
    const startMs = client.clock.now();
    const onEvent = deployProgress(io, client.clock);
    const { force, wait } = args;
    const done = await carryOut(ready, {
      ...{ force, wait, timeoutMs, onEvent, signal },
      breakIt: args["break-lock"],
      agreed: !args.yes,
    });
    const changed = hasWork(done);
    io.status("");
    showWarnings(client);
    const took = format.formatDuration(client.clock.now() - startMs);
    if (args.output === "json") io.out(JSON.stringify({ version: 1, changed, ...plan.planJson(done) }));
    else
      io.out(
        changed
          ? `deployed to cluster ${client.cluster} in ${took}: ${plan.doneSummary(done)}`
          : `nothing to do: cluster ${client.cluster} has everything as it should be`,
      );
    if (changed) io.note("next: ca3 verify --cluster");
    return 0;
  },
});
