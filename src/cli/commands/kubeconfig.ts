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
    print: { type: "boolean", description: "Print it without changing any file" },
    remove: { type: "boolean", description: "Remove the cluster from the kubeconfig" },
    "via-tunnel": {
      type: "string",
      valueHint: "PORT",
      description: "Reach the API through ca3 tunnel api --local-port PORT",
    },
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 kubeconfig --use", "fetch it from the control plane and make it the current context"],
    ["ca3 kubeconfig --print > other.yaml", "without touching ~/.kube/config"],
    ["ca3 kubeconfig --via-tunnel 6443", "for an API that is not reachable from outside"],
    ["ca3 kubeconfig --remove", "after ca3 destroy"],
  ],
  details:
    "Context, cluster and user are named after the cluster; entries of the same name are replaced, everything " +
    "else in the file stays as it is. The file is that of KUBECONFIG, else ~/.kube/config; a copy of the " +
    "previous version is kept beside it. With cluster.network.api: tunnel, or --via-tunnel, the commands of " +
    "ca3 open the tunnel themselves, and kubectl works while ca3 tunnel api is running.",
  exitCodes: { 6: "the control plane cannot be reached" },
  async run(context) {
    const { args, io, env } = context;
    const settings = await configured(awsClusterSettings, context);
    const [{ kubeconfigPath, readKubeconfigFile, writeKubeconfigFile }, merge, { fetchEntry, keepEntry }] =
      await Promise.all([
        import("../provision/kubeconfig-file.ts"),
        import("../../provision/access/kubeconfig.ts"),
        import("../provision/entry.ts"),
      ]);
    const path = kubeconfigPath(env);
    if (args.remove) {
      const rest = merge.withoutEntry(readKubeconfigFile(path), settings.name);
      if (rest === undefined) io.note(`${path} does not name ${settings.name}`);
      else {
        writeKubeconfigFile(path, rest);
        io.note(`${settings.name} is no longer in ${path}`);
      }
      return 0;
    }
    const port = args["via-tunnel"];
    if (port !== undefined && !/^\d{1,5}$/.test(port))
      throw new Ca3Error("CA3_USAGE", `--via-tunnel needs a port, got ${port}`, {
        hint: "--via-tunnel 6443",
      });
    const fetched = await fetchEntry(context, settings, args.uid, port);
    if (args.print) {
      io.out(merge.mergeEntry("", fetched.entry, true).trimEnd());
      return 0;
    }
    keepEntry(context, fetched, args.use);
    io.note(
      `${settings.name} is in ${path}${args.use ? ", and the current context" : ""}; next: ca3 deploy --context ${settings.name}`,
    );
    if (fetched.tunnelled !== undefined)
      io.note(
        `kubectl needs the tunnel: ca3 tunnel api --local-port ${fetched.tunnelled}; ca3 opens it by itself`,
      );
    return 0;
  },
});
