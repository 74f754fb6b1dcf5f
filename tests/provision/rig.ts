import { openCloud } from "../../src/provision/aws/cloud.ts";
import { awsClusterSettings } from "../../src/provision/config.ts";
import type { Seen } from "../../src/provision/model.ts";
import { planCluster, planSurvey } from "../../src/provision/plan/plan.ts";
import { preflight } from "../../src/provision/plan/preflight.ts";
import { destroyAll, destroyVpc, proveGone } from "../../src/provision/run/destroy.ts";
import { withLock } from "../../src/provision/run/lock.ts";
import type { ProgressEvent } from "../../src/provision/run/progress.ts";
import { provisionCluster } from "../../src/provision/run/provision.ts";
import { Site } from "../../src/provision/run/site.ts";
import { Steps } from "../../src/provision/run/steps.ts";
import { newKeyPair } from "../../src/provision/ssh/keys.ts";
import { surveyCluster } from "../../src/provision/survey.ts";
import { type Clock, systemClock } from "../../src/support/clock.ts";
import { readSettings } from "../../src/support/settings.ts";

/**
 * Time passes at once, so that what waits for AWS takes no time here. Each process lives an hour after the one before, when
 * the lock of one that was killed counts no more.
 */
export function hurriedClock(process: number): Clock {
  let ms = Date.now() + process * 3_600_000;
  return {
    now: () => ms,
    sleep: async (span, signal) => {
      // whoever waits for ten minutes waits for the end of the run
      if (span >= 10 * 60_000)
        return new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
      ms += span;
      await Bun.sleep(1);
    },
  };
}

/** Time that passes so many times as fast: deadlines of minutes come after seconds. */
export function fastClock(times: number): Clock {
  const startMs = Date.now();
  return {
    now: () => startMs + (Date.now() - startMs) * times,
    sleep: (span, signal) => systemClock.sleep(span / times, signal),
  };
}

export const ADMIN = "203.0.113.7";
const { publicKey } = newKeyPair("suite");
const credentials = {
  AWS_ACCESS_KEY_ID: "suite",
  AWS_SECRET_ACCESS_KEY: "suite",
  AWS_EC2_METADATA_DISABLED: "true",
};
Object.assign(process.env, credentials);

export const settingsOf = (cluster: Record<string, unknown> = {}) =>
  readSettings(awsClusterSettings, { file: { cluster: { network: { admins: [`${ADMIN}`] }, ...cluster } } });

let runs = 0;

/** One process of ca3 that talks to AWS through `url`. */
export function processAt(url: string, cluster: Record<string, unknown> = {}, ofTime?: Clock, uid?: string) {
  const settings = settingsOf(cluster);
  const clock = ofTime ?? hurriedClock(runs);
  runs++;
  const cloud = openCloud({ region: settings.region, endpoint: url }, clock);
  const events: ProgressEvent[] = [];
  const stopping = new AbortController();
  const report = (event: ProgressEvent) => void events.push(event);
  const site = new Site({ cloud, clock, report, cluster: settings.name, signal: stopping.signal, uid });
  const steps = new Steps(clock, report);
  const lock = { by: `suite:${runs}`, command: "test", waitMs: 0 };
  const survey = () => surveyCluster(cloud, { settings, uid, publicKey, myAddress: async () => ADMIN });
  return {
    ...{ cloud, site, steps, lock, events, stopping, survey },
    plan: async () => {
      const { want, seen } = await survey();
      return planCluster(want, seen);
    },
    /** All that `ca3 plan` asks and tries. */
    check: async () => {
      const found = await survey();
      const changes = planSurvey(found);
      return { changes, warnings: await preflight(cloud, settings, found, changes) };
    },
    provision: async () => {
      const { want } = await survey();
      return provisionCluster(site, want, steps, { lock });
    },
    destroy: async () => {
      const { vpcs } = await site.refresh();
      if (vpcs[0]) await withLock(site, vpcs[0].id, lock, () => destroyAll(site, steps));
      else await destroyAll(site, steps);
      await destroyVpc(site, steps);
      await proveGone(site, () => {});
    },
    close: () => cloud.close(),
  };
}

/** How many of each part there are. */
export const countsOf = (seen: Seen): Record<string, number> =>
  Object.fromEntries(Object.entries(seen).map(([kind, list]) => [kind, list.length]));
