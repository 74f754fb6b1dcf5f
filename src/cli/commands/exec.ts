import { awsClusterSettings } from "../../provision/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { durationFlag } from "../flag-value.ts";
import { uidArg } from "../provision/args.ts";
import { configArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    uid: uidArg,
    node: {
      type: "string",
      valueHint: "GLOB",
      default: "*",
      description: "Which nodes, such as cp-1 or default-*",
    },
    within: {
      type: "string",
      valueHint: "TIME",
      default: "5m",
      description: "How long it may take on each node",
    },
  },
  settings: awsClusterSettings,
  rest: "COMMAND",
  examples: [
    ["ca3 exec -- uptime", "on every machine of the cluster, in parallel"],
    ["ca3 exec --node cp-1 -- sudo journalctl -u k3s -n 50", "on one"],
  ],
  details:
    "Every machine is verified by its host key; workers are reached through a control plane. Each line of " +
    "output starts with the name of its node.",
  exitCodes: { 6: "a machine cannot be reached, or the command failed on it" },
  async run(context) {
    const { args, io, rest, interrupted } = context;
    if (rest.length === 0)
      throw new Ca3Error("CA3_USAGE", "there is no command to run", { hint: "ca3 exec -- uptime" });
    const deadlineMs = durationFlag("--within", args.within, "--within 5m");
    const settings = await configured(awsClusterSettings, context);
    const [{ withMachines }, { liveNodes }, { inParallel }, { CHANNELS }, { quoted }] = await Promise.all([
      import("../provision/reach.ts"),
      import("../../provision/plan/nodes.ts"),
      import("../../provision/run/parallel.ts"),
      import("../../provision/ssh/fleet-access.ts"),
      import("../../support/shell-words.ts"),
    ]);
    const glob = new Bun.Glob(args.node);
    return withMachines(context, settings, args.uid, async ({ seen, access, reach }) => {
      const nodes = liveNodes(seen).filter(({ name }) => glob.match(name));
      if (nodes.length === 0)
        throw new Ca3Error("CA3_NOT_FOUND", `no node matches ${args.node}`, { hint: "ca3 outputs" });
      let worst = 0;
      await inParallel(
        CHANNELS,
        nodes.toSorted((a, b) => a.name.localeCompare(b.name)),
        async (node) => {
          const shell = await access.shell(reach(node));
          const line = rest.map(quoted).join(" ");
          const done = await shell.run({
            command: line,
            doing: rest[0]!,
            deadlineMs,
            signal: interrupted,
          });
          shell.close();
          for (const text of done.stdout.split("\n").slice(0, -1)) io.out(`${node.name}: ${text}`);
          for (const text of done.stderr.split("\n").slice(0, -1)) io.note(`${node.name}: ${text}`);
          if (done.code !== 0) {
            io.note(`${node.name}: ended with ${done.code}`);
            worst = 6;
          }
        },
      );
      return worst;
    });
  },
});
