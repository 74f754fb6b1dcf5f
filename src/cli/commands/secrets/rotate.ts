import { clusterSettings } from "../../../k8s/client/config.ts";
import { agree } from "../../agree.ts";
import { command } from "../../command.ts";
import { clusterExitCodes } from "../../deploy/args.ts";
import { configArg, yesArg } from "../../shared-args.ts";

export default command({
  args: {
    config: configArg,
    yes: yesArg,
    name: { type: "positional", description: "Generated Secret, such as kafka-client" },
  },
  settings: clusterSettings,
  examples: [
    ["ca3 secrets rotate kafka-client", "a new password for Kafka, in effect with the next ca3 deploy"],
    ["ca3 secrets rotate api-token --yes", "a new API token, without asking"],
  ],
  details:
    "The new value is not printed. Pods keep using the old one until ca3 deploy hands the new one to Kafka or " +
    "MongoDB and restarts them, so run ca3 deploy right afterwards.",
  exitCodes: { ...clusterExitCodes, 8: "not confirmed" },
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const [{ wantedSecretsOf }, { planRotation }, { openCluster }, { rotate }] = await Promise.all([
      import("../../deploy/secrets.ts"),
      import("../../../k8s/secrets/rotation.ts"),
      import("../../deploy/cluster.ts"),
      import("../../../k8s/secrets/rotate.ts"),
    ]);
    const rotation = planRotation(await wantedSecretsOf(context), args.name);
    const client = await openCluster(context);
    if (!args.yes) {
      const question = `Generate a new ${args.name} in cluster ${client.cluster}?`;
      await agree(io, question, `ca3 secrets rotate ${args.name} --yes`);
    }
    await rotate(client, rotation, signal);
    io.note(`${args.name} has a new value; next: ca3 deploy, which restarts: ${rotation.usedBy.join(", ")}`);
    return 0;
  },
});
