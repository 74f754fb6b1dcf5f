import { command } from "../../command.ts";
import { configuredGroups } from "../../configured.ts";
import { sameFlags } from "../../dlq/same-flags.ts";
import { configArg, outputArg } from "../../shared-args.ts";
import { storeChoice, storeChoiceSettings } from "../../store-choice.ts";

export default command({
  args: {
    id: { type: "positional", valueHint: "ID", description: "Dead letter, as ca3 dlq list shows it" },
    config: configArg,
    raw: { type: "boolean", description: "Print only the rejected bytes, unchanged" },
    output: outputArg("text", "json"),
  },
  settings: storeChoiceSettings,
  examples: [
    ["ca3 dlq show 9f2c/gpu.metrics.v1/3/41", "why it was rejected, where it came from and what it says"],
    ["ca3 dlq show 9f2c/gpu.metrics.v1/3/41 --raw > rejected.json", "its bytes, to look at with other tools"],
  ],
  details: "Bytes that are not UTF-8 are shown in base64. Works while ca3 up is running.",
  async run(context) {
    const { args, given, io, cwd } = context;
    const { chosen } = await configuredGroups({ chosen: storeChoiceSettings }, context);
    const { openStoreFor } = await import("../../open-store.ts");
    const { existing } = await import("../../dlq/selection.ts");
    const { letterJson, letterPage } = await import("../../render/dead-letters.ts");

    const store = await openStoreFor(storeChoice(chosen), { cwd });
    try {
      const letter = await existing(store, args.id, sameFlags(given, ["data", "mongo"]));
      if (args.raw) io.bytes(letter.value);
      else if (args.output === "json") io.out(JSON.stringify({ version: 1, deadLetter: letterJson(letter) }));
      else io.out(letterPage(letter, io.outColor));
      return 0;
    } finally {
      await store.close();
    }
  },
});
