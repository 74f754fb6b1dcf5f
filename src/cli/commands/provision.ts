import { awsClusterSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { lockWaitArg, progressArg, uidArg } from "../provision/args.ts";
import { takeOutArgs, takeOutWish } from "../provision/take-out-args.ts";
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
    ...takeOutArgs,
    "machines-only": { type: "boolean", description: "Network and machines, without K3s on them" },
    output: progressArg,
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
    const { args, io } = context;
    const takeOut = takeOutWish(args);
    const settings = await configured(awsClusterSettings, context);
    const { makeCluster } = await import("../provision/make.ts");
    const code = await makeCluster(context, settings, {
      ...{ command: "ca3 provision", uid: args.uid, yes: args.yes, plan: args.plan },
      ...{ lockWait: args["lock-wait"], machinesOnly: args["machines-only"], takeOut },
      output: args.output as "text" | "ndjson",
    });
    io.note(args["machines-only"] ? "next: ca3 outputs" : "next: ca3 kubeconfig --use, then ca3 deploy");
    return code;
  },
});
