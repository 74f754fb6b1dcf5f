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
    pool: { type: "string", valueHint: "NAME", default: "default", description: "Worker pool of ca3.yaml" },
    count: { type: "string", valueHint: "N", default: "1", description: "How many more nodes" },
    "lock-wait": lockWaitArg,
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 join", "one more worker in the pool default"],
    ["ca3 join --pool gpu --count 2 --yes", "two more in another pool, without asking"],
  ],
  details:
    "Does what ca3 provision would do with a larger count in ca3.yaml, and says which line to change: " +
    "otherwise the next ca3 provision removes the nodes again.",
  async run(context) {
    const { args, io } = context;
    const settings = await configured(awsClusterSettings, context);
    const pool = settings.workers.find(({ name }) => name === args.pool);
    if (pool === undefined)
      throw new Ca3Error("CA3_USAGE", `there is no worker pool ${args.pool}`, {
        hint: `its pools are ${settings.workers.map(({ name }) => name).join(", ")}`,
      });
    const more = Number(args.count);
    if (!Number.isInteger(more) || more < 1 || pool.count + more > 10)
      throw new Ca3Error(
        "CA3_USAGE",
        `--count ${args.count}: a pool has 0 to 10 nodes, and ${pool.name} has ${pool.count}`,
        {
          hint: "--count 1",
        },
      );
    const count = pool.count + more;
    const workers = settings.workers.map((one) => (one === pool ? { ...one, count } : one));
    const { makeCluster } = await import("../provision/make.ts");
    const code = await makeCluster(
      context,
      { ...settings, workers },
      {
        ...{ command: `ca3 join --pool ${pool.name} --count ${more}`, uid: args.uid, yes: args.yes },
        ...{ lockWait: args["lock-wait"], output: "text" },
      },
    );
    io.note(`now set count: ${count} for the pool ${pool.name} in ca3.yaml`);
    return code;
  },
});
