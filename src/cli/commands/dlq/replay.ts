import { kafkaSettings } from "../../../eventlog/kafka-config.ts";
import { Ca3Error } from "../../../support/errors.ts";
import { command } from "../../command.ts";
import { configuredGroups } from "../../configured.ts";
import { sameFlags } from "../../dlq/same-flags.ts";
import { selectionArgs } from "../../dlq/selection-args.ts";
import { configArg, outputArg } from "../../shared-args.ts";
import { storeChoice, storeChoiceSettings } from "../../store-choice.ts";

const settings = { ...storeChoiceSettings, ...kafkaSettings };

export default command({
  args: { ...selectionArgs, config: configArg, output: outputArg("text", "json") },
  settings,
  examples: [
    ["ca3 dlq replay --reason unsupported_version", "send them again after an upgrade"],
    ["ca3 dlq replay 9f2c/gpu.metrics.v1/3/41", "send one again"],
    ["ca3 dlq replay --all", "send all open ones again"],
    [
      "ca3 dlq replay --all --kafka localhost:9092 --mongo mongodb://localhost:27017/ca3",
      "if processors use Kafka and MongoDB",
    ],
  ],
  details:
    "Each record goes to its topic unchanged, with the header ca3-replay-of. A dead letter is sent at most " +
    "once, even if this command is killed and run again. Works while ca3 up is running; otherwise the next " +
    "ca3 up reads the records.",
  async run(context) {
    const { args, given, io, cwd, interrupted } = context;
    const { selectedLetters, selectionOf } = await import("../../dlq/selection.ts");
    const selection = selectionOf("ca3 dlq replay", args, given);
    const { chosen } = await configuredGroups({ chosen: settings }, context);
    const { openStoreFor } = await import("../../open-store.ts");
    const { systemClock } = await import("../../../support/clock.ts");
    const { openLogBeside } = await import("../../open-log.ts");
    const { replayLetters } = await import("../../dlq/replay.ts");

    const startMs = systemClock.now();
    const store = await openStoreFor(storeChoice(chosen, { folderIsLog: true }), { cwd, write: true });
    const replayed: string[] = [];
    let skipped = 0;
    try {
      const log = await openLogBeside(chosen, cwd);
      try {
        for await (const letters of selectedLetters(store, selection, startMs)) {
          if (interrupted.aborted)
            throw new Ca3Error("CA3_INTERRUPTED", `stopped after ${replayed.length} dead letters`);
          const done = await replayLetters(letters, log, store);
          replayed.push(...done.replayed);
          skipped += done.skipped.length;
          io.status(`${replayed.length} sent again`);
        }
      } finally {
        await log.close();
      }
    } finally {
      await store.close();
    }
    io.status("");
    if (args.output === "json") io.out(JSON.stringify({ version: 1, replayed, skipped }));
    else io.out(`${replayed.length} sent again`);
    if (skipped > 0) io.note(`${skipped} had been sent again before and were left alone`);
    if (replayed.length > 0)
      io.note(
        `next: ca3 dlq list${sameFlags(given, ["data", "mongo"])}   shows those that were rejected again`,
      );
    return 0;
  },
});
