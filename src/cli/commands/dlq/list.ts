import type { DeadLetterState } from "../../../store/port.ts";
import { whole } from "../../../support/setting-types.ts";
import { command } from "../../command.ts";
import { configuredGroups } from "../../configured.ts";
import { sameFlags } from "../../dlq/same-flags.ts";
import { flagValue } from "../../flag-value.ts";
import { configArg, outputArg } from "../../shared-args.ts";
import { storeChoice, storeChoiceSettings } from "../../store-choice.ts";

export default command({
  args: {
    config: configArg,
    state: {
      type: "enum",
      options: ["open", "replayed", "dropped", "all"],
      default: "open",
      valueHint: "STATE",
      description: "Only dead letters in this state",
    },
    reason: { type: "string", valueHint: "REASON", description: "Only those rejected for this reason" },
    limit: { type: "string", valueHint: "N", default: "50", description: "At most this many, up to 10000" },
    after: {
      type: "string",
      valueHint: "ID",
      description: "Start after this id; the list is ordered by id",
    },
    output: outputArg("text", "json"),
  },
  settings: storeChoiceSettings,
  examples: [
    ["ca3 dlq list", "what could not be stored and why"],
    ["ca3 dlq list --reason malformed_json --limit 5", "five of one kind"],
    ["ca3 dlq list --state all --output json", "for a script"],
  ],
  details: "Works while ca3 up is running.",
  async run(context) {
    const { args, given, io, cwd } = context;
    const limit = flagValue("--limit", args.limit, whole(1, 10_000));
    const { chosen } = await configuredGroups({ chosen: storeChoiceSettings }, context);
    const { openStoreFor } = await import("../../open-store.ts");
    const { countLine } = await import("../../dlq/selection.ts");
    const { summaries } = await import("../../dlq/summaries.ts");
    const { letterTable } = await import("../../render/dead-letters.ts");

    const store = await openStoreFor(storeChoice(chosen), { cwd });
    try {
      const wanted = {
        ...(args.state !== "all" && { state: args.state as DeadLetterState }),
        ...(args.reason !== undefined && { reason: args.reason }),
      };
      const { shown, next } = await summaries(store, wanted, { after: args.after, limit });
      if (args.output === "json") {
        io.out(JSON.stringify({ version: 1, deadLetters: shown, next }));
        return 0;
      }
      if (shown.length > 0) io.out(letterTable(shown, io.outColor));
      const counts = await store.countDeadLetters();
      const lines = (["open", "replayed", "dropped"] as const).flatMap(
        (state) => countLine(counts, state) ?? [],
      );
      if (shown.length === 0) io.note(counts.length === 0 ? "no dead letters" : "no such dead letters");
      for (const line of lines) io.note(line);
      const kept = sameFlags(given, ["state", "reason", "limit", "data", "mongo"]);
      if (next !== null) io.note(`more: ca3 dlq list --after ${next}${kept}`);
      else if (shown.length > 0)
        io.note(`next: ca3 dlq show ${shown[0]!.id}${sameFlags(given, ["data", "mongo"])}`);
      return 0;
    } finally {
      await store.close();
    }
  },
});
