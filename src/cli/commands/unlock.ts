import { placeSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { uidArg } from "../provision/args.ts";
import { configArg, yesArg } from "../shared-args.ts";

export default command({
  args: { config: configArg, uid: uidArg, yes: yesArg },
  settings: placeSettings,
  examples: [
    ["ca3 unlock", "show who holds the lock, since when, and whether that run is gone; then ask"],
    ["ca3 unlock --yes", "for a script: only if the run that holds it is certainly gone"],
  ],
  details:
    "A run that was killed leaves its lock behind, which expires half an hour after it was last renewed. This " +
    "removes it earlier. A run is certainly gone if it has not renewed its lock in time, or if it ran on this " +
    "machine and its process no longer exists.",
  exitCodes: {
    7: "the run that holds it is active",
    8: "not confirmed, or it is not known whether the run is gone",
  },
  async run(context) {
    const settings = await configured(placeSettings, context);
    const { unlockCluster } = await import("../provision/unlock.ts");
    return unlockCluster(context, settings, context.args);
  },
});
