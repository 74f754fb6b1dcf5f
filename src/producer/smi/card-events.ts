import type { GpuEvent } from "../../telemetry/events.ts";
import type { Price } from "../../telemetry/prices.ts";
import { utilizationOf } from "../gpu-power.ts";
import { type JoinRule, joinGpu } from "../join/rules.ts";
import { millionths, withKnown } from "../known.ts";
import type { SmiEnvelope } from "./event.ts";
import { smiEvent } from "./event.ts";
import type { MigPart } from "./mig.ts";
import { UNALLOCATED } from "./mig.ts";
import type { CardSpan } from "./reader.ts";
import type { TimedSpan } from "./spans.ts";

export type CardFacts = {
  readonly host: string;
  readonly price: Price;
  readonly rules: readonly JoinRule[];
  /** The next event's identity. */
  readonly envelope: () => SmiEnvelope;
};

/**
 * The events of one card for one span: one, or with MIG one for each part. Power and price are those of the card in each
 * of them; energy, memory and the fraction are the part's, so that together they are the card once.
 */
export function eventsOfCard({ card, span }: CardSpan, facts: CardFacts): GpuEvent[] {
  const whole = withUtilization(span);
  const { servedModel, costCenter, ...charged } = joinGpu(facts.rules, {
    ...{ host: facts.host, gpu: card.gpu, index: card.index },
  });
  const joined = { served_model: servedModel, cost_center: costCenter, ...charged };
  const make = (one: TimedSpan) => withKnown(smiEvent(one, facts.envelope(), facts.price), joined);
  if (!card.isDivided) return [make(whole)];
  let energyLeft = whole.energyJ;
  return card.parts.map((part, at) => {
    const isLast = at === card.parts.length - 1;
    const energyJ =
      whole.energyJ === undefined || isLast
        ? energyLeft
        : Math.floor(whole.energyJ * part.fraction * 1e6) / 1e6;
    if (energyLeft !== undefined) energyLeft = millionths(energyLeft - energyJ!);
    const event = make({ ...whole, ...(part.id === UNALLOCATED ? { utilization: 0 } : {}) });
    return asPart(event, part, energyJ);
  });
}

function asPart(event: GpuEvent, part: MigPart, energyJ: number | undefined): GpuEvent {
  const { mem_free_bytes: free, mem_reserved_bytes: reserved } = event;
  const share = (bytes: number) => Math.round(bytes * part.fraction);
  return withKnown(
    {
      ...event,
      // nvidia-smi tells neither energy nor memory of a part in its readings.
      quality: "estimated",
      gpu_fraction: part.fraction,
      mig_instance_id: part.id,
      mem_used_bytes: share(event.mem_used_bytes),
      mem_total_bytes: share(event.mem_total_bytes),
    },
    {
      energy_j: energyJ,
      mig_profile: part.profile,
      mem_free_bytes: free === undefined ? undefined : share(free),
      mem_reserved_bytes: reserved === undefined ? undefined : share(reserved),
    },
  );
}

/** A card that tells power and not utilisation, as with MIG, gets the one that its power speaks for. */
function withUtilization(span: TimedSpan): TimedSpan {
  const limitW = span.last.numbers.powerLimitW;
  if (span.utilization !== undefined || span.energyJ === undefined || !limitW) return span;
  return { ...span, utilization: utilizationOf(span.energyJ / span.intervalS, limitW), isMeasured: false };
}

/** The end of a span from `fromMs` on, when its beginning was counted by somebody else; undefined when nothing is left. */
export function lastPartOf(span: TimedSpan, fromMs: number): TimedSpan | undefined {
  if (fromMs <= span.fromMs) return span;
  const heldMs = span.toMs - fromMs;
  if (heldMs <= 0) return undefined;
  const share = heldMs / (span.toMs - span.fromMs);
  const energyJ = span.energyJ === undefined ? undefined : millionths(span.energyJ * share);
  return { ...span, fromMs, intervalS: heldMs / 1000, energyJ };
}
