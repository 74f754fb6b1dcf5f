import type { GpuModel, GpuModelState } from "../gpu-model.ts";
import { createGpuModel } from "../gpu-model.ts";
import type { SourcedEvent } from "../source.ts";
import { decodePosition, encodePosition } from "./checkpoint.ts";
import { bootId } from "./identity.ts";
import { LoopStream } from "./loop-stream.ts";
import { MergedRows } from "./merge.ts";
import { Mint } from "./mint.ts";
import type { ReplayPlan } from "./plan.ts";
import { RowPolicy } from "./row-problem.ts";

/** Events in one batch at most. */
const BATCH_EVENTS = 1000;
/** A batch spans no more of the run's time than this, so that events at the recorded pace are sent when they are due. */
const BATCH_MS = 100;
/** Events passed over between two turns of the event loop when a run is resumed. */
const SKIPS_PER_TURN = 100_000;

export type ReplayProgress = { loop: number; events: number };
type Batch = { events: readonly SourcedEvent[]; checkpoint: string };

/** Yields the events of the plan, from the position that a checkpoint names. */
export async function* readReplay(
  plan: ReplayPlan,
  progress: ReplayProgress,
  signal: AbortSignal,
  resume?: string,
): AsyncGenerator<Batch> {
  const from = decodePosition(resume, plan.id, plan.run);
  let gpus = from?.gpus;
  for (let loop = from?.loop ?? 0; loop < plan.timing.loops; loop++) {
    const model = plan.modelled && openModel(plan, gpus);
    const stream = openLoop(plan, loop, model);
    const position = { of: plan.id, run: plan.run, loop, ...(gpus ? { gpus } : {}) };
    let count = 0;
    const batchOf = (events: readonly SourcedEvent[]): Batch => {
      Object.assign(progress, { loop, events: count });
      return { events, checkpoint: encodePosition({ ...position, events: count }) };
    };
    try {
      const sent = loop === from?.loop ? from.events : 0;
      for (; count < sent && stream.next() !== undefined; count++) {
        if (count % SKIPS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) return;
      }
      let events: SourcedEvent[] = [];
      for (let traceMs = stream.next(); traceMs !== undefined; traceMs = stream.next()) {
        const dueMs = plan.timing.dueMs(traceMs, loop);
        if (events.length === BATCH_EVENTS || (events.length > 0 && dueMs > events[0]!.dueMs + BATCH_MS)) {
          yield batchOf(events);
          if (signal.aborted) return;
          events = [];
        }
        events.push({ kind: stream.kind, event: stream.build(), dueMs });
        count += 1;
      }
      if (events.length > 0) yield batchOf(events);
      if (signal.aborted) return;
    } finally {
      stream.close();
    }
    gpus = model?.state();
  }
}

function openModel({ modelled, options, span }: ReplayPlan, state: GpuModelState | undefined): GpuModel {
  return createGpuModel({
    cards: modelled!.cards,
    host: modelled!.host,
    intervalS: modelled!.intervalS,
    startMs: span.firstMs,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.pricePerHourMicroUsd === undefined
      ? {}
      : { priceMicroUsdPerHour: options.pricePerHourMicroUsd }),
    ...(state ? { state } : {}),
  });
}

function openLoop(plan: ReplayPlan, loop: number, model: GpuModel | undefined): LoopStream {
  const shiftMs = plan.timing.shiftMs(loop);
  const keepsIds = plan.options.time === "kept" && loop === 0;
  const boot = bootId(plan.run, loop);
  const mintOf = (sourceId: string) => new Mint({ sourceId, bootId: boot, shiftMs, keepsIds });
  // Rows that are left out were counted when the files were read through.
  const lenient = plan.options.lenient ?? false;
  const cursors = plan.scans.map(({ trace }) => trace.open(new RowPolicy(trace.file.label, lenient)));
  return new LoopStream({
    rows: new MergedRows(cursors),
    mints: plan.sourceIds.map(mintOf),
    firstMs: plan.span.firstMs,
    lastMs: plan.span.lastMs,
    ...(plan.modelled && model
      ? {
          modelled: {
            model,
            mint: mintOf(plan.modelled.sourceId),
            stepMs: plan.modelled.stepMs,
            loopMs: loop * plan.span.periodMs,
          },
        }
      : {}),
  });
}
