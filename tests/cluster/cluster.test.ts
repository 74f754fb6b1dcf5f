import { withService } from "../services/require.ts";
import { startStage } from "./stage.ts";
import { deployingSuite } from "./suites/deploying.ts";
import { failingSuite } from "./suites/failing.ts";
import { reachingSuite } from "./suites/reaching.ts";
import { releasingSuite } from "./suites/releasing.ts";
import { scalingSuite } from "./suites/scaling.ts";
import { survivingSuite } from "./suites/surviving.ts";
import { undeployingSuite } from "./suites/undeploying.ts";
import { verifyingSuite } from "./suites/verifying.ts";

// One node for all, in this order: each suite finds what the one before it left.
await withService("cluster-node", startStage, (stage) => {
  deployingSuite(stage);
  reachingSuite(stage);
  verifyingSuite(stage);
  failingSuite(stage);
  survivingSuite(stage);
  scalingSuite(stage);
  releasingSuite(stage);
  undeployingSuite(stage);
});
