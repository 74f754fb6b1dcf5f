import { clusterSettings } from "../../k8s/client/config.ts";
import { deploySettings } from "../../k8s/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
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
      defaultText: "any that is free",
      description: "Port of this machine",
    },
    target: {
      type: "positional",
      options: ["dashboard", "grafana", "prometheus", "alertmanager"],
      valueHint: "TARGET",
      description: "Where it leads: dashboard, grafana, prometheus, alertmanager",
    },
  },
  settings: { ...clusterSettings, ...namespaceSettings },
  examples: [
    ["ca3 tunnel dashboard", "the dashboard on a free port of this machine"],
    ["ca3 tunnel grafana --local-port 3000", "Grafana on port 3000"],
  ],
  details:
    "Opens a port on 127.0.0.1 only, and ends with Ctrl-C. Each new connection goes to a pod that is ready then, so it " +
    "outlives a rollout.",
  exitCodes: clusterExitCodes,
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const port = Number(args["local-port"]);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Ca3Error("CA3_USAGE", `--local-port: expected a port, got ${args["local-port"]}`);
    const [{ openCluster }, { configured }, { tunnelEnd }, { openForward }] = await Promise.all([
      import("../deploy/cluster.ts"),
      import("../configured.ts"),
      import("../../k8s/tunnel.ts"),
      import("../../k8s/client/port-forward.ts"),
    ]);
    const namespaces = await configured(namespaceSettings, context);
    const client = await openCluster(context);
    const namespace = args.target === "dashboard" ? namespaces.appNamespace : namespaces.monitoringNamespace;
    const target = () => tunnelEnd(client, args.target, namespace, signal);
    await target();
    const onTrouble = (error: Error) => io.note(`warning: ${error.message}`);
    await using forward = await openForward(client.http, { target, port, signal, onTrouble });
    io.out(`http://127.0.0.1:${forward.port}`);
    io.note(`${args.target} of cluster ${client.cluster}; Ctrl-C ends it`);
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    return 130;
  },
});
