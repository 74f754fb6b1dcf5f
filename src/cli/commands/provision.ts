import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { awsClusterSettings } from "../../provision/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { lockWaitArg, uidArg } from "../provision/args.ts";
import { configArg, yesArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    uid: uidArg,
    yes: yesArg,
    plan: {
      type: "string",
      valueHint: "FILE",
      description: "Do exactly what ca3 plan --out FILE said, or nothing",
    },
    "lock-wait": lockWaitArg,
    "machines-only": { type: "boolean", description: "Network and machines, without K3s on them" },
    output: {
      type: "enum",
      options: ["text", "ndjson"],
      default: "text",
      valueHint: "FORMAT",
      description: "How to tell what is done; ndjson is one JSON object a line",
    },
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 provision", "make the cluster of ca3.yaml, after showing the plan and asking"],
    ["ca3 provision --yes", "without asking; the same command goes on where an earlier one stopped"],
    ["ca3 provision --plan plan.json", "what ca3 plan --out plan.json said, or nothing"],
  ],
  details:
    "Every part bears tags, which are the only state: a run that failed or was stopped is gone on with by the next. " +
    "Nothing is rolled back; what exists and what it costs is listed instead.",
  exitCodes: {
    5: "AWS refuses, or has no more of something",
    6: "a machine cannot be reached, or does not do what it should",
    7: "another ca3 works on the cluster",
    8: "over budget, or not confirmed",
  },
  async run(context) {
    const { args, io, cwd, interrupted } = context;
    const settings = await configured(awsClusterSettings, context);
    const [{ openCloudFor }, { clusterKey, signInOf }, { surveyCluster }, plans, { planText }, run] =
      await Promise.all([
        import("../provision/open.ts"),
        import("../provision/key.ts"),
        import("../../provision/survey.ts"),
        import("../../provision/plan/plan.ts"),
        import("../render/cluster-plan.ts"),
        import("../provision/run.ts"),
      ]);
    const { preflight, refuseStale, savedPlan } = await import("../../provision/plan/preflight.ts");
    const { provisionCluster } = await import("../../provision/run/provision.ts");
    const { myAddress } = await import("../../provision/network/my-address.ts");
    const { name: cluster } = settings;
    const cloud = await openCloudFor(settings);
    const output = args.output as "text" | "ndjson";
    const parts = { cloud, io, cluster, uid: args.uid, output, signal: interrupted };
    try {
      const key = await clusterKey(settings, context, true);
      io.status("asking AWS what there is");
      const inputs = { settings, uid: args.uid, publicKey: key.publicKey, myAddress };
      const survey = await surveyCluster(cloud, inputs);
      const changes = plans.planCluster(survey.want, survey.seen);
      plans.refuseBlocked(changes);
      await preflight(cloud, settings, survey.want, changes);
      io.status("");
      if (args.plan !== undefined) {
        const saved: unknown = JSON.parse(readFileSync(resolve(cwd, args.plan), "utf8"));
        refuseStale(saved, savedPlan(survey.want, survey.identity, changes));
      } else if (plans.hasWork(changes)) {
        io.note(planText({ ...survey, changes }));
        if (!args.yes) {
          if (!io.interactive)
            throw new Ca3Error("CA3_UNCONFIRMED", "there is no terminal to ask on", {
              hint: "ca3 provision --yes",
            });
          if (!(await io.confirm("Do this?")))
            throw new Ca3Error("CA3_UNCONFIRMED", "nothing was done", { hint: "ca3 plan" });
        }
      }
      const { site, steps } = run.openRun(parts);
      const lock = run.lockOptions("ca3 provision", args["lock-wait"], context);
      const fleet = args["machines-only"]
        ? undefined
        : (await import("../../provision/run/fleet.ts")).sshFleet({
            ...{ site, settings, want: survey.want, signIn: signInOf(key, context) },
            readFile: (path) => Bun.file(resolve(cwd, path)).bytes(),
          });
      try {
        await provisionCluster(site, survey.want, steps, { lock, fleet });
      } catch (error) {
        await run.tellWhatExists(parts, "ca3 provision");
        throw error;
      } finally {
        await fleet?.close();
      }
      io.note("next: ca3 outputs");
      return 0;
    } finally {
      io.status("");
      cloud.close();
    }
  },
});
