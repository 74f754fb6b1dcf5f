import { withObtained, withService } from "../services/require.ts";
import { type Grounds, openGrounds } from "./account.ts";
import { type Stage, startStage } from "./stage.ts";
import { burstingSuite } from "./suites/bursting.ts";
import { deployingSuite } from "./suites/deploying.ts";
import { failingSuite } from "./suites/failing.ts";
import { provisioningSuite } from "./suites/provisioning.ts";
import { reachingSuite } from "./suites/reaching.ts";
import { releasingSuite } from "./suites/releasing.ts";
import { scalingSuite } from "./suites/scaling.ts";
import { survivingSuite } from "./suites/surviving.ts";
import { undeployingSuite } from "./suites/undeploying.ts";
import { verifyingSuite } from "./suites/verifying.ts";

/** The last suite wants an account of AWS as well; without one it says why. */
async function startAll(): Promise<AsyncDisposable & { stage: Stage; grounds: Grounds | Error }> {
  const stage = await startStage();
  const grounds = await openGrounds().catch((error: Error) => error);
  return { stage, grounds, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

// One node for all, in this order: each suite finds what the one before it left.
await withService("cluster-node", startAll, ({ stage, grounds }) => {
  deployingSuite(stage);
  reachingSuite(stage);
  verifyingSuite(stage);
  failingSuite(stage);
  survivingSuite(stage);
  scalingSuite(stage);
  burstingSuite(stage);
  releasingSuite(stage);
  undeployingSuite(stage);
  withObtained("moto", grounds, (own) => provisioningSuite(stage, own));
});
