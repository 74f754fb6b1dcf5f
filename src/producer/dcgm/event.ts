import type { GpuEvent } from "../../telemetry/events.ts";
import type { Price } from "../../telemetry/prices.ts";
import { SCHEMA_VERSION } from "../../telemetry/schema-version.ts";
import { type JoinRule, joinGpu } from "../join/rules.ts";
import { millionths, withKnown } from "../known.ts";
import { reasonsOf } from "../smi/columns.ts";
import type { Values } from "./fields.ts";
import type { Workload } from "./labels.ts";
import type { Card } from "./page.ts";
import type { Share } from "./shares.ts";
import type { BoardSpan } from "./span.ts";

export type DcgmEnvelope = Pick<GpuEvent, "event_id" | "ts" | "source" | "source_id" | "boot_id" | "seq">;

export type DcgmSubject = {
  readonly card: Card;
  readonly span: BoardSpan;
  readonly share: Share;
  /** Which of the pods that share the part this event is about; undefined for a part without a pod. */
  readonly workload: Workload | undefined;
  /** How many pods share the part, 1 at least. */
  readonly sharedBy: number;
};

export type DcgmFacts = {
  readonly rules: readonly JoinRule[];
  readonly endpoint: string;
  readonly price: Price;
};

/** MIG instance of the event about what no instance has. */
export const UNALLOCATED = "unallocated";

/**
 * A share of a card in one interval as an event. What is required and unknown is 0, and the event is then `estimated`.
 * Power is that of the card, energy the fraction's: together the events of a card have its energy once.
 */
export function dcgmEvent(subject: DcgmSubject, envelope: DcgmEnvelope, facts: DcgmFacts): GpuEvent {
  const { card, span, share, workload, sharedBy } = subject;
  const values: Values = share.part?.values ?? {};
  const fraction = share.fraction / sharedBy;
  const memory = memoryOf(values, share.part?.instance ? undefined : card.board.memTotalBytes, sharedBy);
  const utilization = share.part === undefined ? 0 : utilizationOf(values);
  const isWhole =
    span.energyJ !== undefined && utilization !== undefined && (memory.known || share.part === undefined);
  const { servedModel, costCenter, ...charged } = joinGpu(
    facts.rules,
    placeOf(card, workload, facts.endpoint),
  );
  const event: GpuEvent = {
    ...envelope,
    schema_version: SCHEMA_VERSION,
    host: card.host,
    quality: isWhole ? "measured" : "estimated",
    gpu_uuid: card.gpu,
    gpu_index: card.index,
    gpu_model: card.model,
    interval_s: span.intervalS,
    utilization: utilization ?? 0,
    mem_used_bytes: memory.used,
    mem_total_bytes: memory.total,
    power_w: Math.min(1e5, span.powerW ?? 0),
    price_per_hour_microusd: facts.price.microUsdPerHour,
    price_source: facts.price.source,
    energy_j: millionths((span.energyJ ?? 0) * fraction),
  };
  const { board } = card;
  return withKnown(event, {
    ...(fraction === 1 ? {} : { gpu_fraction: fraction }),
    mig_instance_id: share.part === undefined ? UNALLOCATED : share.part.instance?.id,
    mig_profile: share.part?.instance?.profile || undefined,
    pod: workload?.pod,
    namespace: workload?.namespace,
    container: workload?.container,
    served_model: servedModel,
    cost_center: costCenter,
    ...charged,
    energy_j_total: board.energyJ === undefined ? undefined : millionths(board.energyJ),
    driver_version: card.driver,
    engine_active: values.engineActive,
    sm_active: values.smActive,
    sm_occupancy: values.smOccupancy,
    tensor_active: values.tensorActive,
    dram_active: values.dramActive,
    mem_free_bytes: values.memFreeBytes,
    mem_reserved_bytes: values.memReservedBytes,
    temp_c: board.tempC,
    mem_temp_c: board.memTempC,
    sm_clock_hz: board.smClockHz,
    mem_clock_hz: board.memClockHz,
    power_limit_w: board.powerLimitW,
    xid_last: board.xid === undefined ? undefined : Math.round(board.xid),
    ecc_uncorrected_total: board.eccUncorrected === undefined ? undefined : Math.round(board.eccUncorrected),
    throttle_reasons:
      board.throttleMask === undefined ? undefined : reasonsOf(`0x${board.throttleMask.toString(16)}`),
  });
}

/** Of a MIG instance only the profiling fields are told; they are the better ones anyway. */
export const utilizationOf = (values: Values): number | undefined =>
  values.utilization ?? values.engineActive ?? values.smActive;

/** Pods that share a part share its memory too, so that the events of a part sum up to it. */
function memoryOf(values: Values, boardTotal: number | undefined, sharedBy: number) {
  const { memUsedBytes: used, memFreeBytes: free, memReservedBytes: reserved = 0 } = values;
  const total =
    boardTotal ??
    values.memTotalBytes ??
    (used === undefined || free === undefined ? undefined : used + free + reserved);
  const whole = Math.max(total ?? 0, used ?? 0);
  return {
    known: used !== undefined && total !== undefined,
    used: Math.floor((used ?? 0) / sharedBy),
    total: Math.ceil(whole / sharedBy),
  };
}

export const placeOf = (card: Card, workload: Workload | undefined, endpoint: string) => ({
  host: card.host,
  gpu: card.gpu,
  index: card.index,
  endpoint,
  pod: workload?.pod,
  namespace: workload?.namespace,
  container: workload?.container,
});
