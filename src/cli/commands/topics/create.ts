import { eventLogSettings } from "../../../eventlog/config.ts";
import { command } from "../../command.ts";
import { configured } from "../../configured.ts";
import { configArg, outputArg } from "../../shared-args.ts";

export default command({
  args: {
    config: configArg,
    "add-partitions": {
      type: "boolean",
      description: "Add partitions to topics that have too few; keys then move to other partitions",
    },
    output: outputArg("text", "json"),
  },
  settings: eventLogSettings,
  examples: [
    ["ca3 topics create --kafka localhost:9092", "create the topics of events and of dead letters"],
    ["CA3_PARTITIONS=24 ca3 topics create --kafka localhost:9092 --add-partitions", "allow more processors"],
  ],
  details:
    "Creates what is missing, applies a changed retention, and removes nothing. The broker's clock stamps the " +
    "records, so that decisions do not depend on the clocks of producers.",
  exitCodes: { 4: "Kafka refuses the user, the certificate, or the right to create topics" },
  async run(context) {
    const { args, io } = context;
    const settings = await configured(eventLogSettings, context);
    const [{ openKafkaFor }, { topicSpecs, topicsOf }, { topicTable }] = await Promise.all([
      import("../../open-log.ts"),
      import("../../../processor/rules.ts"),
      import("../../render/topics.ts"),
    ]);
    const specs = topicSpecs(topicsOf(settings), settings);
    const log = await openKafkaFor(settings, { addPartitions: args["add-partitions"] });
    try {
      await log.ensureTopics(specs);
      const topics = (await log.topics()).filter(({ name }) => specs.some((spec) => spec.name === name));
      if (args.output === "json") io.out(JSON.stringify({ version: 1, topics }));
      else io.out(topicTable(topics, io.outColor));
      io.note("next: ca3 processor, and ca3 producer --to kafka");
      return 0;
    } finally {
      await log.close();
    }
  },
});
