import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { awsClusterSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { uidArg } from "../provision/args.ts";
import { configArg, outputArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    uid: uidArg,
    out: { type: "string", valueHint: "FILE", description: "Save the plan for ca3 provision --plan FILE" },
    output: outputArg("text", "json"),
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 plan", "what ca3 provision would create, change and delete, and what that would cost"],
    ["ca3 plan --out plan.json", "save it, to do exactly this later"],
    ["ca3 plan --output json | jq .cost", "for a script"],
  ],
  details:
    "Read-only: it makes no call that can change anything. + creates, ~ changes, -/+ replaces, - deletes; ! " +
    "blocks the plan or differs from what ca3 set, ? is not ours.",
  exitCodes: { 3: "there is something to do", 4: "AWS refuses the credentials, or a permission is missing" },
  async run(context) {
    const { args, io, cwd } = context;
    const settings = await configured(awsClusterSettings, context);
    const [{ openCloudFor }, { clusterKey }, { checkedPlan }, { hasWork }, { savedPlan }, view] =
      await Promise.all([
        import("../provision/open.ts"),
        import("../provision/key.ts"),
        import("../provision/check.ts"),
        import("../../provision/plan/plan.ts"),
        import("../../provision/plan/preflight.ts"),
        import("../render/cluster-plan.ts"),
      ]);
    const { publicKey } = await clusterKey(settings, context, false);
    const cloud = await openCloudFor(settings);
    try {
      io.status("asking AWS what exists");
      const options = { uid: args.uid, publicKey, toRun: false };
      const { survey, changes, warnings } = await checkedPlan(context, cloud, settings, options);
      io.status("");
      const shown = { ...survey, changes, warnings };
      io.out(args.output === "json" ? view.planJson(shown) : view.planText(shown));
      if (args.out !== undefined) {
        const saved = savedPlan(survey.want, survey.identity, changes);
        writeFileSync(resolve(cwd, args.out), `${JSON.stringify(saved, null, 2)}\n`);
        io.note(`saved in ${args.out}; next: ca3 provision --plan ${args.out}`);
      } else if (hasWork(changes)) io.note("next: ca3 provision");
      return hasWork(changes) ? 3 : 0;
    } finally {
      io.status("");
      cloud.close();
    }
  },
});
