import type { RecordBatch } from "../eventlog/port.ts";
import type { Topics } from "../telemetry/topics.ts";
import { ByteGate } from "./byte-gate.ts";
import { FlowMeters } from "./flow-meters.ts";
import type { Work, WritePorts } from "./group-write.ts";
import type { PersistContext } from "./persist.ts";
import { type BatchPlan, type PlanRules, planBatch } from "./plan.ts";
import { type PoisonRules, PoisonWatch } from "./poison.ts";
import { Writer, type WriterLimits } from "./writer.ts";

export type PipelineRules = {
  readonly plan: PlanRules;
  readonly poison: PoisonRules;
  readonly writer: WriterLimits;
  /** Upper bound of record bytes that are planned and not done with; a single larger batch still goes. */
  readonly maxInflightBytes: number;
};

export type Counts = {
  readonly consumed: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly deadLettered: number;
};

/** Takes batches from the log to the store; see `writeGroup` for the promise and its order of steps. */
export interface Pipeline {
  /**
   * Resolves when every record of the batch is stored or dead-lettered: then its offset may be committed. Rejects,
   * with nothing to commit, when `signal` aborts during an outage, when the batch is part of a flood of poison
   * (CA3_POISON_FLOOD), or when a step fails in an unknown way again and again. During an outage it waits.
   */
  handle(batch: RecordBatch, signal: AbortSignal): Promise<void>;
  counts(): Counts;
  /** Offset after the newest record of a partition that is done with; undefined before the first. */
  doneOffset(topic: string, partition: number): number | undefined;
  /** Batches that were received and are not done with. */
  waiting(): number;
}

export function createPipeline(
  ports: WritePorts,
  topics: Topics,
  rules: PipelineRules,
  context: PersistContext,
): Pipeline {
  const writer = new Writer(context, ports, rules.writer);
  const poison = new PoisonWatch(rules.poison);
  const gate = new ByteGate(rules.maxInflightBytes);
  const flow = new FlowMeters(context.meters, context.clock);

  function plan(batch: RecordBatch): BatchPlan {
    const planned = planBatch(batch, batch.topic === topics.gpu ? "gpu" : "token", rules.plan);
    flow.planned(planned);
    let next = 0;
    for (const { offset } of batch.records) {
      const bad = planned.rejected[next]?.record.offset === offset;
      if (bad) next++;
      poison.add(batch.topic, bad);
    }
    const worst = planned.rejected.at(-1);
    const flood = worst && poison.flood(batch.topic, `${worst.reason}: ${worst.detail}`);
    if (flood) throw flood;
    return planned;
  }

  async function process(batch: RecordBatch, bytes: number, signal: AbortSignal): Promise<Work> {
    await gate.enter(bytes, signal);
    try {
      return await writer.write(plan(batch), signal);
    } finally {
      gate.leave(bytes);
    }
  }

  return {
    counts: () => flow.counts(),
    doneOffset: (topic, partition) => flow.doneOffset(topic, partition),
    waiting: () => flow.waiting(),
    async handle(batch, signal) {
      if (batch.records.length === 0) return;
      const bytes = flow.received(batch);
      try {
        const work = await process(batch, bytes, signal);
        flow.done(work, bytes);
      } catch (error) {
        flow.released(batch, bytes);
        throw error;
      }
    },
  };
}
