import { awsClusterSettings } from "../../provision/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { durationFlag } from "../flag-value.ts";
import { lockWaitArg, progressArg, uidArg } from "../provision/args.ts";
import type { GoingOn } from "../provision/make.ts";
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
      description: "Do exactly what the plan saved by ca3 plan --out FILE says, or nothing",
    },
    "lock-wait": lockWaitArg,
    ...takeOutArgs,
    deploy: { type: "boolean", description: "Then deploy the pipeline to it, and verify that it works" },
    "verify-within": {
      type: "string",
      valueHint: "TIME",
      default: "5m",
      description: "With --deploy: how long checks may take to pass",
    },
    "verify-skip": {
      ...{ type: "string", multiple: true, valueHint: "CHECK" },
      description: "With --deploy: leave out this check or area, as ca3 verify --skip does",
    },
    "machines-only": { type: "boolean", description: "Create network and machines, without K3s on them" },
    output: progressArg,
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 provision", "create the cluster of ca3.yaml, after showing the plan and asking"],
    ["ca3 provision --yes", "without asking; the same command resumes an interrupted run"],
    ["ca3 provision --deploy --yes", "from nothing to a verified pipeline, in one command"],
    ["ca3 provision --plan plan.json", "exactly what ca3 plan --out plan.json showed, or nothing"],
  ],
  details:
    "With --deploy it continues to a verified pipeline: it adds a context with the name of the cluster to the " +
    "kubeconfig, then does what ca3 deploy and ca3 verify do, as steps of the same run. Every part carries " +
    "tags, which are the only state, so after a failure or an interruption the same command resumes. Nothing " +
    "is rolled back; instead it lists what exists and what that costs.",
  exitCodes: {
    3: "with --deploy: a check failed",
    5: "AWS refuses, or a quota or its capacity is exhausted",
    6: "a machine cannot be reached, or a command on it failed",
    7: "another ca3 is working on the cluster",
    8: "over budget, or not confirmed",
  },
  async run(context) {
    const { args, io } = context;
    const takeOut = takeOutWish(args);
    const withinMs = durationFlag("--verify-within", args["verify-within"], "--verify-within 10m");
    if (args.deploy && args["machines-only"])
      throw new Ca3Error("CA3_USAGE", "--deploy needs K3s on the machines, which --machines-only leaves out");
    const skip = args["verify-skip"];
    if (skip.length > 0 && !args.deploy)
      throw new Ca3Error("CA3_USAGE", "--verify-skip needs --deploy", {
        hint: `ca3 provision --deploy ${skipping(skip)}`,
      });
    // a check that does not exist is said before a machine costs anything
    if (skip.length > 0) (await import("../../verify/select.ts")).selectChecks([], skip, "--verify-skip");
    const settings = await configured(awsClusterSettings, context);
    const { makeCluster } = await import("../provision/make.ts");
    const then = args.deploy
      ? async (run: GoingOn) => {
          const { deployAndVerify } = await import("../provision/deploy-and-verify.ts");
          await deployAndVerify(context, settings, { ...run, uid: args.uid, withinMs, skip });
        }
      : undefined;
    const code = await makeCluster(context, settings, {
      ...{
        command: ["ca3 provision", ...(args.deploy ? ["--deploy"] : []), skipping(skip)].join(" ").trim(),
        then,
        uid: args.uid,
        yes: args.yes,
        plan: args.plan,
      },
      ...{ lockWait: args["lock-wait"], machinesOnly: args["machines-only"], takeOut },
      output: args.output as "text" | "ndjson",
    });
    const next = args.deploy
      ? `ca3 tunnel dashboard --context ${settings.name}`
      : "ca3 kubeconfig --use, then ca3 deploy";
    io.note(`next: ${args["machines-only"] ? "ca3 outputs" : next}`);
    return code;
  },
});

const skipping = (checks: readonly string[]): string =>
  checks.map((check) => `--verify-skip ${check}`).join(" ");
