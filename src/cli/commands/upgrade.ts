import { awsClusterSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { lockWaitArg, progressArg, uidArg } from "../provision/args.ts";
import { drainArgs, drainSpan, forceArg } from "../provision/take-out-args.ts";
import { configArg, yesArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    uid: uidArg,
    yes: yesArg,
    to: {
      type: "string",
      valueHint: "VERSION",
      description: "K3s release, such as v1.36.5+k3s1; by default cluster.k3s.version of ca3.yaml",
    },
    sha256: {
      type: "string",
      valueHint: "HEX",
      description: "SHA-256 of its binary, for a release that ca3 does not know",
    },
    drain: {
      type: "boolean",
      default: true,
      description: "Move the pods of each node elsewhere before it is upgraded",
      negativeDescription: "Leave containers running while K3s restarts",
    },
    ...drainArgs,
    force: forceArg,
    "lock-wait": lockWaitArg,
    output: progressArg,
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 upgrade", "to cluster.k3s.version of ca3.yaml; shows which nodes, then asks"],
    ["ca3 upgrade --to v1.36.5+k3s1 --yes", "to another release, without asking"],
    ["ca3 upgrade --no-drain", "if there is no capacity to move pods to"],
  ],
  details:
    "First saves the state of the cluster: a snapshot of etcd, or a copy of the database. Then control planes " +
    "one by one, then workers: each is cordoned and drained, gets the binary of the release once its SHA-256 " +
    "is verified, restarts K3s, becomes Ready with the new release, and is uncordoned. Minor releases cannot " +
    "be skipped, and K3s cannot go back. If something stops it, the cause is named and the same command " +
    "resumes. ca3 provision does the same when cluster.k3s.version has changed.",
  exitCodes: {
    4: "that release cannot be reached from the current one, or a node could not be drained or did not come back",
    6: "a machine cannot be reached",
    7: "another ca3 is working on the cluster",
    8: "not confirmed",
  },
  async run(context) {
    const { args } = context;
    const wish = { drain: args.drain, withinMs: drainSpan(args["drain-within"]), force: args.force };
    const settings = await configured(awsClusterSettings, context);
    const { upgradeCluster } = await import("../provision/upgrade.ts");
    return upgradeCluster(context, settings, {
      ...{ to: args.to, sha256: args.sha256, uid: args.uid, yes: args.yes, wish },
      ...{ lockWait: args["lock-wait"], output: args.output as "text" | "ndjson" },
    });
  },
});
