import { placeSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { uidArg } from "../provision/args.ts";
import { configArg, yesArg } from "../shared-args.ts";

export default command({
  args: { config: configArg, uid: uidArg, yes: yesArg },
  settings: placeSettings,
  examples: [
    ["ca3 unlock", "who holds the cluster, since when, and whether that run is gone; then asks"],
    ["ca3 unlock --yes", "for a script: only when the run that holds it is surely gone"],
  ],
  details:
    "A run that was killed leaves its lock, which counts no more half an hour after it was last renewed. Until then this " +
    "takes it away. A run is surely gone when it has not renewed its lock in time, or when it was one of this machine and " +
    "its process is no more.",
  exitCodes: {
    7: "the run that holds it is at work",
    8: "not confirmed, or nobody knows whether the run is gone",
  },
  async run(context) {
    const settings = await configured(placeSettings, context);
    const { unlockCluster } = await import("../provision/unlock.ts");
    return unlockCluster(context, settings, context.args);
  },
});
