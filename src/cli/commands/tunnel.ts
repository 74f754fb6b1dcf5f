import { clusterSettings } from "../../k8s/client/config.ts";
import { deploySettings } from "../../k8s/config.ts";
import { awsClusterSettings } from "../../provision/config.ts";
import { aborted } from "../../support/aborted.ts";
import { Ca3Error } from "../../support/errors.ts";
import { type Context, command } from "../command.ts";
import { clusterExitCodes } from "../deploy/args.ts";
import { configArg } from "../shared-args.ts";

const { appNamespace, monitoringNamespace } = deploySettings;
const namespaceSettings = { appNamespace, monitoringNamespace };

export default command({
  args: {
    config: configArg,
    "local-port": {
      type: "string",
      valueHint: "PORT",
      default: "0",
      defaultText: "any free one",
      description: "Local port",
    },
    target: {
      type: "positional",
      options: ["dashboard", "grafana", "prometheus", "alertmanager", "api"],
      valueHint: "TARGET",
      description:
        "What to open: dashboard, grafana, prometheus, alertmanager, or the api of a cluster on AWS",
    },
  },
  settings: { ...clusterSettings, ...namespaceSettings, ...awsClusterSettings },
  examples: [
    ["ca3 tunnel dashboard", "the dashboard on a free port of this machine"],
    ["ca3 tunnel grafana --local-port 3000", "Grafana on port 3000"],
    [
      "ca3 tunnel api --local-port 6443",
      "the Kubernetes API of the cluster on AWS, through SSH, for kubectl",
    ],
  ],
  details:
    "Listens on 127.0.0.1 only, until Ctrl-C. Each new connection goes to a pod that is ready at that moment, " +
    "so the tunnel survives a rollout.",
  exitCodes: { ...clusterExitCodes, 6: "The control plane cannot be reached over SSH" },
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const port = Number(args["local-port"]);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Ca3Error("CA3_USAGE", `--local-port: expected a port, got ${args["local-port"]}`);
    const { target: end } = args;
    if (end === "api") return tunnelToApi(context, port);
    const [{ openCluster }, { configured }, { tunnelEnd }, { openForward }] = await Promise.all([
      import("../deploy/cluster.ts"),
      import("../configured.ts"),
      import("../../k8s/tunnel.ts"),
      import("../../k8s/client/port-forward.ts"),
    ]);
    const namespaces = await configured(namespaceSettings, context);
    const client = await openCluster(context);
    const namespace = end === "dashboard" ? namespaces.appNamespace : namespaces.monitoringNamespace;
    const target = () => tunnelEnd(client, end, namespace, signal);
    await target();
    const onTrouble = (error: Error) => io.note(`warning: ${error.message}`);
    await using forward = await openForward(client.http, { target, port, signal, onTrouble });
    io.out(`http://127.0.0.1:${forward.port}`);
    io.note(`${end} of cluster ${client.cluster}; Ctrl-C ends it`);
    await aborted(signal);
    return 130;
  },
});

/** To the API of the cluster on AWS, over SSH: a kubeconfig made with --via-tunnel names this port. */
async function tunnelToApi(context: Context, port: number): Promise<number> {
  const { io, interrupted: signal } = context;
  const [{ configured }, { openApiTunnel }] = await Promise.all([
    import("../configured.ts"),
    import("../provision/api-tunnel.ts"),
  ]);
  const settings = await configured(awsClusterSettings, context);
  const onTrouble = (error: Error) => io.note(`warning: ${error.message}`);
  const tunnel = await openApiTunnel(context, settings, { port, onTrouble });
  try {
    io.out(`https://127.0.0.1:${tunnel.port}`);
    io.note(
      `the API of ${settings.name}; Ctrl-C ends it. For kubectl: ca3 kubeconfig --via-tunnel ${tunnel.port}`,
    );
    await aborted(signal);
    return 130;
  } finally {
    await tunnel.close();
  }
}
