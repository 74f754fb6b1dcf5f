import { withService } from "../services/require.ts";
import { fromSources } from "./rig.ts";
import { kafkaAndMongo } from "./services.ts";
import { sampleTraceSuite } from "./suites/sample-trace.ts";

await withService("kafka+mongo", kafkaAndMongo, (services) => sampleTraceSuite(services, fromSources));
