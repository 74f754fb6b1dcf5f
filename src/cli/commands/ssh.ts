import { awsClusterSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { uidArg } from "../provision/args.ts";
import { configArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    uid: uidArg,
    node: {
      ...{ type: "positional", required: false, valueHint: "NODE", default: "cp-1" },
      description: "Which node, such as default-2",
    },
  },
  settings: awsClusterSettings,
  rest: "COMMAND",
  examples: [
    ["ca3 ssh", "a shell on the first control plane"],
    ["ca3 ssh default-2", "on a worker, through a control plane"],
    ["ca3 ssh default-2 -- sudo journalctl -u k3s-agent -f", "one command, with a terminal"],
    ["ca3 ssh cp-1 -- bash -s", "run a script from stdin there, such as < script.sh, without a terminal"],
  ],
  details:
    "Needs no ssh on this machine, unless cluster.access.transport is openssh. Every machine is verified by " +
    "its own host key, end to end even behind a control plane. The exit code is that of the shell or the " +
    "command. Use ca3 exec to run a command on many machines.",
  exitCodes: { 6: "the machine cannot be reached" },
  async run(context) {
    const { args, rest, env, interrupted } = context;
    const settings = await configured(awsClusterSettings, context);
    const [{ withMachines }, { localTerminal }] = await Promise.all([
      import("../provision/reach.ts"),
      import("../provision/local-terminal.ts"),
    ]);
    const { name } = settings;
    // the host name of a machine is known from prompts, and does as well
    const wanted = args.node.startsWith(`${name}-`) ? args.node.slice(name.length + 1) : args.node;
    return withMachines(context, settings, args.uid, ({ access, node, reach }) =>
      access.terminal(reach(node(wanted)), rest, localTerminal(env, interrupted)),
    );
  },
});
