import { clusterSettings } from "../../k8s/client/config.ts";
import { placeSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { clusterExitCodes } from "../deploy/args.ts";
import { configArg, outputArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    output: outputArg("text", "json"),
    all: {
      type: "boolean",
      description: "Include objects that have no pods and are ready, such as Services",
    },
    watch: { type: "boolean", alias: "w", description: "Refresh until Ctrl-C" },
    machines: {
      type: "boolean",
      default: true,
      description: "Ask AWS about the machines, when ca3.yaml has a cluster there",
      negativeDescription: "Do not ask AWS about the machines",
    },
    wait: {
      ...{ type: "string", valueHint: "TIME" },
      description: "Wait until all is well, at most this long, such as 10m",
    },
  },
  settings: { ...clusterSettings, ...placeSettings },
  examples: [
    ["ca3 status", "machines and what is deployed on them, and why something is not ready"],
    ["ca3 status --watch", "the same every two seconds"],
    ["ca3 status --wait 10m", "for a script: wait until all is well, at most ten minutes"],
    ["ca3 status --output json | jq .machines.cost", "for a script"],
  ],
  details:
    "If ca3.yaml has a section cluster, the machines on AWS are compared with the nodes of Kubernetes, their " +
    "tags and the file: nodes that have not joined, are not Ready, run another release or were left behind, " +
    "what differs, ages and prices. Kubernetes is then reached through SSH, unless a context is named.",
  exitCodes: { 3: "Something is not ready, or nothing is deployed", ...clusterExitCodes },
  async run(context) {
    const { statusOf } = await import("../status.ts");
    return statusOf(context, context.args);
  },
});
