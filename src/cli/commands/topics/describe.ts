import { Ca3Error } from "../../../support/errors.ts";
import { command } from "../../command.ts";
import { configured } from "../../configured.ts";
import { configArg, outputArg } from "../../shared-args.ts";
import { topicsSettings } from "./settings.ts";

export default command({
  args: { config: configArg, output: outputArg("text", "json") },
  settings: topicsSettings,
  examples: [
    [
      "ca3 topics describe --kafka localhost:9092",
      "partitions, retention, size, and how far processors are behind",
    ],
    ["ca3 topics describe --kafka localhost:9092 --output json", "for a script"],
  ],
  details:
    "IN SYNC is the number of up-to-date copies, of the partition that has the fewest; NEEDED is how many " +
    "copies must have a record before it counts as kept. Records are counted by offsets. Bytes are those on " +
    "the leaders' disks, 0 if this user may not see them. The lag is that of the group in processor.group; " +
    "dead letters have none.",
  exitCodes: { 4: "Kafka refuses the user, the certificate, or the right to see the topics" },
  async run(context) {
    const { args, io } = context;
    const settings = await configured(topicsSettings, context);
    const [{ openKafkaFor }, { topicSpecs, topicsOf }, { topicTable, withLag }] = await Promise.all([
      import("../../open-log.ts"),
      import("../../../processor/rules.ts"),
      import("../../render/topics.ts"),
    ]);
    const names = topicSpecs(topicsOf(settings), settings).map(({ name }) => name);
    const log = await openKafkaFor(settings);
    try {
      const found = (await log.topics()).filter(({ name }) => names.includes(name));
      const events = Object.values(topicsOf(settings)).filter((name) =>
        found.some((one) => one.name === name),
      );
      if (found.length === 0)
        throw new Ca3Error("CA3_NOT_FOUND", `none of these topics exists: ${names.join(", ")}`, {
          hint: "ca3 topics create",
        });
      const topics = withLag(found, await log.lag(settings.group, events));
      if (args.output === "json") io.out(JSON.stringify({ version: 1, group: settings.group, topics }));
      else io.out(topicTable(topics, io.outColor));
      return 0;
    } finally {
      await log.close();
    }
  },
});
