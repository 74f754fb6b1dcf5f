import { clusterSettings } from "../../k8s/client/config.ts";
import { command } from "../command.ts";
import { clusterExitCodes } from "../deploy/args.ts";
import { configArg, outputArg } from "../shared-args.ts";

const LOOK_EVERY_MS = 2_000;

export default command({
  args: {
    config: configArg,
    output: outputArg("text", "json"),
    all: { type: "boolean", description: "Also what has no pods and is ready, such as Services" },
    watch: { type: "boolean", alias: "w", description: "Look again and again until Ctrl-C" },
  },
  settings: clusterSettings,
  examples: [
    ["ca3 status", "what is deployed, and why something is not ready"],
    ["ca3 status --watch", "the same every two seconds"],
    ["ca3 status --output json", "for a script"],
  ],
  exitCodes: { 3: "Something is not ready, or nothing is deployed", ...clusterExitCodes },
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const [{ openCluster }, { deployedStatus }, { statusJson, statusText }, { systemClock }] =
      await Promise.all([
        import("../deploy/cluster.ts"),
        import("../../k8s/status.ts"),
        import("../render/status.ts"),
        import("../../support/clock.ts"),
      ]);
    const client = await openCluster(context);
    for (;;) {
      const rows = await deployedStatus(client, signal);
      const { cluster } = client;
      if (args.output === "json") io.out(statusJson(cluster, rows));
      else io.out(statusText(cluster, rows, { color: io.outColor, columns: io.columns, all: args.all }));
      const fine = rows.length > 0 && rows.every(({ state }) => state === "ready");
      if (!args.watch) return fine ? 0 : 3;
      await systemClock.sleep(LOOK_EVERY_MS, signal);
      if (signal.aborted) return 130;
      if (args.output !== "json") io.out("");
    }
  },
});
