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
    ["ca3 leave default-2", "move its pods elsewhere, forget the node, end its machine"],
    ["ca3 leave default-2 --drain-within 15m", "with more patience for disruption budgets"],
    ["ca3 leave default-2 --delete-local-data --yes", "although data on its disk is lost with it"],
  ],
  details:
    "Pods are evicted, which disruption budgets may forbid; what forbids it is named. A control plane leaves only where the " +
    "others can go on without it. The next ca3 provision makes the node anew, unless count in ca3.yaml is smaller by then; a " +
    "pool has no gaps in its numbers, so the one with the highest number is the one to take out. Cut off, the same command " +
    "goes on.",
  exitCodes: {
    4: "pods or data on the node are in the way, and are named",
    5: "AWS refuses, or the cluster could not go on without the node",
    6: "the control plane cannot be reached",
    7: "another ca3 works on the cluster",
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
