import { clusterSettings } from "../../k8s/client/config.ts";
import { deploySettings } from "../../k8s/config.ts";
import { command } from "../command.ts";
import { clusterExitCodes, partArg, takingArgs } from "../deploy/args.ts";
import { configArg, outputArg } from "../shared-args.ts";

export default command({
  args: { config: configArg, output: outputArg("text", "json"), ...takingArgs, part: partArg },
  settings: { ...deploySettings, ...clusterSettings },
  examples: [
    ["ca3 diff", "what ca3 deploy would change, field by field"],
    ["ca3 diff app --context production --output json", "one part, in another cluster, for a script"],
  ],
  details:
    "The API server tries every object in a dry run, so this shows what would really change. Objects whose " +
    "namespace or kind does not exist yet cannot be tried. Values of Secrets are hidden.",
  exitCodes: { 3: "Something differs", ...clusterExitCodes },
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const [
      { prepareDeployment },
      { hasWork, problemOf },
      { planJson, planText, planSummary },
      { warningNotes },
    ] = await Promise.all([
      import("../deploy/prepared.ts"),
      import("../../k8s/deploy.ts"),
      import("../render/plan.ts"),
      import("../deploy/warnings.ts"),
    ]);
    io.status("looking at the cluster");
    const { client, prepared } = await prepareDeployment(context, {
      ...args,
      parts: args.part ?? [],
      signal,
    });
    io.status("");
    warningNotes(io)(client);
    const differs = hasWork(prepared);
    if (args.output === "json") io.out(JSON.stringify({ version: 1, differs, ...planJson(prepared) }));
    else if (differs) io.out(planText(prepared, { color: io.outColor }));
    const problem = problemOf(prepared.plan);
    if (problem !== undefined) throw problem;
    io.note(
      differs
        ? `cluster ${client.cluster}: ${planSummary(prepared)}`
        : `cluster ${client.cluster}: no difference`,
    );
    return differs ? 3 : 0;
  },
});
