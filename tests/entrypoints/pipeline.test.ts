import { withService } from "../services/require.ts";
import { fromSources } from "./rig.ts";
import { kafkaAndMongo } from "./services.ts";
import { deadLetterSuite } from "./suites/dead-letters.ts";
import { documentedSuite } from "./suites/documented.ts";
import { sampleTraceSuite } from "./suites/sample-trace.ts";

await withService("kafka+mongo", kafkaAndMongo, (services) => {
  sampleTraceSuite(services, fromSources);
  deadLetterSuite(services);
  documentedSuite(services);
});
