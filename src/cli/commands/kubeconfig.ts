import { awsClusterSettings } from "../../provision/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { uidArg } from "../provision/args.ts";
import { configArg } from "../shared-args.ts";

/** Where kubectl looks for an API behind a tunnel, unless told otherwise. */
const USUAL_PORT = "6443";

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
      description: "For an API that is reached through ca3 tunnel api --local-port PORT",
    },
  },
  settings: awsClusterSettings,
  examples: [
    ["ca3 kubeconfig --use", "fetch it from the control plane and make it the current context"],
    ["ca3 kubeconfig --print > other.yaml", "without touching ~/.kube/config"],
    ["ca3 kubeconfig --via-tunnel 6443", "for an API that is closed to the outside"],
    ["ca3 kubeconfig --remove", "after ca3 destroy"],
  ],
  details:
    "Context, cluster and user bear the name of the cluster; entries of the same name are replaced, everything else stays as " +
    "it is written. The file is that of KUBECONFIG, else ~/.kube/config; the one before is kept beside it. With cluster.network.api: tunnel, " +
    "or --via-tunnel, the commands of ca3 open the tunnel by themselves, and kubectl works while ca3 tunnel api runs.",
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
    const [{ withMachines }, { runScript }, { readKubeconfig }, { tag }] = await Promise.all([
      import("../provision/reach.ts"),
      import("../provision/run-script.ts"),
      import("../../provision/remote/k3s-service.ts"),
      import("../../provision/tags.ts"),
    ]);
    const tunnelled = port ?? (settings.api === "tunnel" ? USUAL_PORT : undefined);
    const entry = await withMachines(context, settings, args.uid, async ({ seen, access, node, reach }) => {
      const target = reach(node("cp-1"));
      const text = await runScript(await access.shell(target), readKubeconfig(), context.interrupted);
      const { hostname, port: apiPort } = merge.apiOnServer(text);
      if (tunnelled === undefined)
        return merge.entryOf(text, settings.name, `https://${target.host}:${apiPort}`);
      const { name: cluster, region } = settings;
      const uid = seen.vpcs[0]?.tags[tag.uid] ?? "";
      const facts = { cluster, region, uid, api: `${hostname}:${apiPort}` };
      return merge.entryOf(text, cluster, `https://127.0.0.1:${tunnelled}`, facts);
    });
    if (args.print) {
      io.out(merge.mergeEntry("", entry, true).trimEnd());
      return 0;
    }
    writeKubeconfigFile(path, merge.mergeEntry(readKubeconfigFile(path), entry, args.use));
    io.note(
      `${settings.name} is in ${path}${args.use ? ", and the current context" : ""}; next: ca3 deploy --context ${settings.name}`,
    );
    if (tunnelled !== undefined)
      io.note(`kubectl needs the tunnel: ca3 tunnel api --local-port ${tunnelled}; ca3 opens it by itself`);
    return 0;
  },
});
