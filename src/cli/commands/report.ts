import { groupings } from "../../telemetry/report-model.ts";
import { command } from "../command.ts";
import { configuredGroups } from "../configured.ts";
import { configArg, outputArg } from "../shared-args.ts";
import { storeChoice, storeChoiceSettings } from "../store-choice.ts";

export default command({
  args: {
    config: configArg,
    by: {
      type: "enum",
      options: groupings,
      default: "model",
      valueHint: "GROUP",
      description: "What each line of the report stands for",
    },
    from: { type: "string", valueHint: "TIME", description: "Start, included; UTC unless it names a zone" },
    to: { type: "string", valueHint: "TIME", description: "End, excluded" },
    last: {
      type: "string",
      valueHint: "SPAN",
      description: "The time span up to now, such as 15m, 24h or 30d",
    },
    output: outputArg("text", "json", "csv", "focus"),
  },
  settings: storeChoiceSettings,
  examples: [
    ["ca3 report", "what all stored tokens cost, by model"],
    ["ca3 report --by team --last 24h", "the cost of the last day, by team"],
    ["ca3 report --by hour --from 2026-11-01 --to 2026-11-02", "one day, hour by hour"],
    ["ca3 report --mongo mongodb://localhost:27017/ca3", "from the MongoDB that processors write to"],
    ["ca3 report --output focus > focus.csv", "hourly charges for a FinOps tool, FOCUS 1.3"],
  ],
  details:
    "The cost of a GPU in a clock hour is shared among the tokens that ran on it in that hour: weight 1 per uncached input " +
    "token, 2.5 per output token. The cost of GPUs on which no tokens ran stays idle cost. Groups sum to the totals, to the " +
    "millionth of a dollar. Works while ca3 up is running.",
  async run(context) {
    const { args, io, cwd } = context;
    const [{ windowOf }, { systemClock }] = await Promise.all([
      import("../report/window.ts"),
      import("../../support/clock.ts"),
    ]);
    const nowMs = systemClock.now();
    const window = windowOf(args, nowMs);
    const { chosen } = await configuredGroups({ chosen: storeChoiceSettings }, context);
    const choice = storeChoice(chosen);
    const [
      { openStoreFor },
      { buildReport, reportRows },
      { rollupAgeFromMs },
      { answerWith },
      { emptyNote },
    ] = await Promise.all([
      import("../open-store.ts"),
      import("../../telemetry/report.ts"),
      import("../../telemetry/rollup.ts"),
      import("../report/answer.ts"),
      import("../report/empty.ts"),
    ]);
    const store = await openStoreFor(choice, { cwd });
    try {
      const rows = await reportRows(store, window, rollupAgeFromMs(nowMs, await store.freshness()));
      const report = buildReport(rows, args.by);
      const isEmpty = rows.length === 0;
      const name = choice.kind === "mongo" ? choice.name : undefined;
      if (isEmpty) for (const line of emptyNote(await store.freshness(), choice.words, name)) io.note(line);
      if (!isEmpty || args.output !== "text") await answerWith(args.output, { report, rows, io });
      return 0;
    } finally {
      await store.close();
    }
  },
});
