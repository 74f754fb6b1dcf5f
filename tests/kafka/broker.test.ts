import { someKafka } from "../services/kafka.ts";
import { withService } from "../services/require.ts";
import { commandSuite, fromSources } from "./suites/commands.ts";
import { onceSuite } from "./suites/once.ts";
import { poisonSuite } from "./suites/poison.ts";
import { recordSuite } from "./suites/records.ts";
import { recreatedSuite } from "./suites/recreated.ts";
import { sharingSuite } from "./suites/sharing.ts";

await withService("kafka", someKafka, (kafka) => {
  recordSuite(kafka);
  recreatedSuite(kafka);
  onceSuite(kafka);
  sharingSuite(kafka);
  poisonSuite(kafka);
  commandSuite(kafka, fromSources);
});
