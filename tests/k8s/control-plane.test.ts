import { startApiServer } from "../cluster/kit/api-server.ts";
import { withService } from "../services/require.ts";
import { chartSuite } from "./suites/charts.ts";
import { deploymentSuite } from "./suites/deployments.ts";
import { lastLockSuite } from "./suites/locks.ts";
import { preparationSuite } from "./suites/preparations.ts";
import { pruningSuite } from "./suites/pruning.ts";
import { readinessSuite } from "./suites/readiness.ts";

await withService(
  "kubernetes-api",
  () => startApiServer({ controllers: true }),
  (api) => {
    deploymentSuite(api);
    pruningSuite(api);
    preparationSuite(api);
    readinessSuite(api);
    chartSuite(api);
    lastLockSuite(api);
  },
);
