import { awsClusterSettings } from "../../provision/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { uidArg } from "../provision/args.ts";
import { configArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    uid: uidArg,
    use: { type: "boolean", description: "Make it the current context" },
    print: { type: "boolean", description: "Print it, and change no file" },
    remove: { type: "boolean", description: "Take the cluster out of the kubeconfig" },
    "via-tunnel": {
      type: "string",
      valueHint: "PORT",
      description: "For an API that is reached through an SSH tunnel to this port of this machine",
    },
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 kubeconfig --use", "fetch it from the control plane and make it the current context"],
    ["ca3 kubeconfig --print > other.yaml", "without touching ~/.kube/config"],
    ["ca3 kubeconfig --remove", "after ca3 destroy"],
  ],
  details:
    "Context, cluster and user bear the name of the cluster; entries of the same name are replaced, everything else stays as " +
    "it is written. The file is that of KUBECONFIG, else ~/.kube/config; the one before is kept beside it.",
  exitCodes: { 6: "the control plane cannot be reached" },
  async run(context) {
    const { args, io, env } = context;
    const settings = await configured(awsClusterSettings, context);
    const [{ kubeconfigPath, readKubeconfigFile, writeKubeconfigFile }, merge] = await Promise.all([
      import("../provision/kubeconfig-file.ts"),
      import("../../provision/access/kubeconfig.ts"),
    ]);
    const path = kubeconfigPath(env);
    if (args.remove) {
      const rest = merge.withoutEntry(readKubeconfigFile(path), settings.name);
      if (rest === undefined) io.note(`${path} does not name ${settings.name}`);
      else {
        writeKubeconfigFile(path, rest);
        io.note(`${settings.name} is no more in ${path}`);
      }
      return 0;
    }
    const port = args["via-tunnel"];
    if (port !== undefined && !/^\d{1,5}$/.test(port))
      throw new Ca3Error("CA3_USAGE", `--via-tunnel needs a port, got ${port}`, {
        hint: "--via-tunnel 6443",
      });
    const [{ withMachines }, { runScript }, { readKubeconfig }] = await Promise.all([
      import("../provision/reach.ts"),
      import("../provision/run-script.ts"),
      import("../../provision/remote/k3s-service.ts"),
    ]);
    const entry = await withMachines(context, settings, args.uid, async ({ access, node, reach }) => {
      const target = reach(node("cp-1"));
      const text = await runScript(await access.shell(target), readKubeconfig(), context.interrupted);
      const server = port === undefined ? `https://${target.host}:6443` : `https://127.0.0.1:${port}`;
      return merge.entryOf(text, settings.name, server);
    });
    if (args.print) {
      io.out(merge.mergeEntry("", entry, true).trimEnd());
      return 0;
    }
    writeKubeconfigFile(path, merge.mergeEntry(readKubeconfigFile(path), entry, args.use));
    io.note(
      `${settings.name} is in ${path}${args.use ? ", and the current context" : ""}; next: ca3 deploy --context ${settings.name}`,
    );
    return 0;
  },
});
