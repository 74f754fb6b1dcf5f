import type { WritePorts } from "../../../src/processor/group-write.ts";
import { OutageWatch } from "../../../src/processor/outage.ts";
import { createPipeline } from "../../../src/processor/pipeline.ts";
import type { PlanRules } from "../../../src/processor/plan.ts";
import { silentLogger } from "../../../src/support/log.ts";
import type { Ca3Meters } from "../../../src/telemetry/metric-catalogue.ts";
import type { Member } from "./group.ts";
import type { Host, World } from "./world.ts";

export const simRules: PlanRules = {
  limits: { maxBytes: 10_000, maxFutureMs: 300_000, legacyIntervalS: 1 },
  retentionMs: 86_400_000,
};

/** A process with the real pipeline on the given ports, set to small writes so that boundaries are many. */
export function memberOn(world: World, meters: Ca3Meters, host: Host, ports: WritePorts): Member {
  const context = {
    clock: world.clock,
    meters,
    logger: silentLogger,
    outages: new OutageWatch(),
    random: () => world.dice.next(),
  };
  const rules = {
    plan: simRules,
    poison: { stopRatio: 1, window: 1_000 },
    writer: { maxRecords: 10, concurrency: 1 + world.dice.below(3) },
    maxInflightBytes: 8_000,
  };
  return Object.assign(host, {
    pipeline: createPipeline(ports, { gpu: "gpu", token: "token" }, rules, context),
  });
}
