import { agree } from "../../agree.ts";
import { command } from "../../command.ts";
import { configuredGroups } from "../../configured.ts";
import { sameFlags } from "../../dlq/same-flags.ts";
import { selectionArgs } from "../../dlq/selection-args.ts";
import { configArg, outputArg, yesArg } from "../../shared-args.ts";
import { storeChoice, storeChoiceSettings } from "../../store-choice.ts";

export default command({
  args: { ...selectionArgs, config: configArg, yes: yesArg, output: outputArg("text", "json") },
  settings: storeChoiceSettings,
  examples: [
    ["ca3 dlq drop 9f2c/gpu.metrics.v1/3/41", "drop one"],
    ["ca3 dlq drop --reason too_old --yes", "drop all with one reason, in a script"],
  ],
  details:
    "Nothing is deleted: a dropped dead letter no longer counts as open, can still be shown, and can be " +
    "replayed by its id. Works while ca3 up is running.",
  exitCodes: { 8: "not confirmed" },
  async run(context) {
    const { args, given, io, cwd } = context;
    const { countSelected, selectedLetters, selectionOf, selectionWords } = await import(
      "../../dlq/selection.ts"
    );
    const selection = selectionOf("ca3 dlq drop", args, given);
    const { chosen } = await configuredGroups({ chosen: storeChoiceSettings }, context);
    const { openStoreFor } = await import("../../open-store.ts");
    const { systemClock } = await import("../../../support/clock.ts");

    const startMs = systemClock.now();
    const store = await openStoreFor(storeChoice(chosen), { cwd, write: true });
    const dropped: string[] = [];
    try {
      const count = await countSelected(store, selection);
      if (count > 0 && !args.yes) {
        const unasked = `ca3 dlq drop ${selectionWords(selection)} --yes${sameFlags(given, ["data", "mongo"])}`;
        await agree(io, `Drop ${count} dead letters?`, unasked);
      }
      for await (const letters of selectedLetters(store, selection, startMs)) {
        const ids = letters.map(({ id }) => id);
        await store.markDeadLetters(ids, "dropped");
        dropped.push(...ids);
      }
    } finally {
      await store.close();
    }
    io.out(args.output === "json" ? JSON.stringify({ version: 1, dropped }) : `${dropped.length} dropped`);
    return 0;
  },
});
