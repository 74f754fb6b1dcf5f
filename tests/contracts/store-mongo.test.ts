import { openFresh } from "../mongo/open.ts";
import { someMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { telemetryStoreContract } from "./store.ts";

await withService("mongo", someMongo, (mongo) => {
  telemetryStoreContract("MongoDB", () => openFresh(mongo.url), {
    skips: {
      "an event may go from its expiry on, not before":
        "the server deletes by its own clock; see tests/mongo/retention.test.ts",
    },
  });
});
