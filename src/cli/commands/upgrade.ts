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
      description: "K3s release, such as v1.36.5+k3s1; without it cluster.k3s.version of ca3.yaml",
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
      negativeDescription: "Let containers run on while K3s starts anew",
    },
    ...drainArgs,
    force: forceArg,
    "lock-wait": lockWaitArg,
    output: progressArg,
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 upgrade", "to cluster.k3s.version of ca3.yaml; shows which nodes, and asks"],
    ["ca3 upgrade --to v1.36.5+k3s1 --yes", "to another release, without asking"],
    ["ca3 upgrade --no-drain", "where there is no room to move pods to"],
  ],
  details:
    "Keeps the state of the cluster first: a snapshot of etcd, or a copy of the database. Then control planes, one by one, then " +
    "workers: closed, emptied, the binary of the release in place by its SHA-256, K3s started anew, Ready with the new release, " +
    "opened. No minor release is skipped, and K3s never goes back. What stops it is named; the same command goes on. " +
    "ca3 provision does the same when cluster.k3s.version has changed.",
  exitCodes: {
    4: "that release cannot be reached from the one that runs, a node could not be emptied, or did not come back",
    6: "a machine cannot be reached",
    7: "another ca3 works on the cluster",
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
