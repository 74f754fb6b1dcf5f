import { awsClusterSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { lockWaitArg, progressArg, uidArg } from "../provision/args.ts";
import { forceArg, takeOutArgs, takeOutWish } from "../provision/take-out-args.ts";
import { configArg, yesArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    uid: uidArg,
    yes: yesArg,
    ...takeOutArgs,
    force: forceArg,
    "lock-wait": lockWaitArg,
    output: progressArg,
    node: {
      type: "positional",
      multiple: true,
      valueHint: "NODE",
      description: "Which nodes, such as default-2",
    },
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 leave default-2", "move its pods elsewhere, remove the node, terminate its machine"],
    ["ca3 leave default-2 --drain-within 15m", "with more patience for disruption budgets"],
    ["ca3 leave default-2 --delete-local-data --yes", "even if data on its disk is lost"],
  ],
  details:
    "Pods are evicted, which disruption budgets may prevent; the one that does is named. A control plane may " +
    "leave only if the others can do without it. Reduce count in ca3.yaml as well, otherwise the next ca3 " +
    "provision creates the node again; since the numbers of a pool have no gaps, remove the node with the " +
    "highest number. If interrupted, run it again.",
  exitCodes: {
    4: "pods or data on the node are in the way; they are named",
    5: "AWS refuses, or the cluster cannot do without the node",
    6: "the control plane cannot be reached",
    7: "another ca3 is working on the cluster",
    8: "not confirmed",
  },
  async run(context) {
    const { args } = context;
    const wish = takeOutWish(args);
    const settings = await configured(awsClusterSettings, context);
    const { leaveNodes } = await import("../provision/leave.ts");
    return leaveNodes(context, settings, {
      ...{ names: args.node, uid: args.uid, yes: args.yes, lockWait: args["lock-wait"] },
      ...{ output: args.output as "text" | "ndjson", wish },
    });
  },
});
