import { clusterSettings } from "../../k8s/client/config.ts";
import { placeSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { clusterExitCodes } from "../deploy/args.ts";
import { configArg, outputArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    output: outputArg("text", "json"),
    all: { type: "boolean", description: "Also what has no pods and is ready, such as Services" },
    watch: { type: "boolean", alias: "w", description: "Look again and again until Ctrl-C" },
    machines: {
      type: "boolean",
      default: true,
      description: "Ask AWS about the machines, when ca3.yaml has a cluster there",
      negativeDescription: "Do not ask AWS about the machines",
    },
    wait: {
      ...{ type: "string", valueHint: "TIME" },
      description: "Look again until all is well, for so long at most, such as 10m",
    },
  },
  settings: { ...clusterSettings, ...placeSettings },
  examples: [
    ["ca3 status", "machines and what is deployed on them, and why something is not well"],
    ["ca3 status --watch", "the same every two seconds"],
    ["ca3 status --wait 10m", "for a script: until all is well, or ten minutes have passed"],
    ["ca3 status --output json | jq .machines.cost", "for a script"],
  ],
  details:
    "With a section cluster in ca3.yaml the machines on AWS are compared with the nodes of Kubernetes, with their tags and " +
    "with the file: what has not joined, is not Ready, runs another release, was left behind, differs; with ages and prices. " +
    "Kubernetes is then reached through SSH, unless a context is named.",
  exitCodes: { 3: "Something is not ready, or nothing is deployed", ...clusterExitCodes },
  async run(context) {
    const { statusOf } = await import("../status.ts");
    return statusOf(context, context.args);
  },
});
