/**
 * What one event costs on its way from bytes to rollups, in nanoseconds of CPU, without any input or output.
 * `bun bench/decode.ts [events]`. The lowest of several rounds counts: the machine is shared.
 */

import { decodeEvent } from "../src/telemetry/decode.ts";
import { encodeEvent } from "../src/telemetry/encode.ts";
import { eventId, streamPrefix } from "../src/telemetry/event-id.ts";
import { planRollups } from "../src/telemetry/rollup-plan.ts";
import type { EventKind } from "../src/telemetry/topics.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "../tests/samples/events.ts";

const EVENTS = Number(process.argv[2] ?? 100_000);
const ROUNDS = 7;
const BATCH = 2_000;
const limits = { maxBytes: 65_536, maxFutureMs: 60_000, legacyIntervalS: 1 };
const prefix = streamPrefix("bench", "boot", "events");
const at = (seq: number) => new Date(HOUR_MS + seq * 50).toISOString();

const gpus = Array.from({ length: EVENTS }, (_, seq) =>
  encodeEvent(gpuEvent({ event_id: eventId(prefix, seq), seq, ts: at(seq), gpu_uuid: `GPU-${seq % 8}` })),
);
const tokens = Array.from({ length: EVENTS }, (_, seq) =>
  encodeEvent(tokenEvent({ event_id: eventId(prefix, seq), seq, ts: at(seq), tenant: `tenant-${seq % 50}` })),
);

function decodeAll(kind: EventKind, values: readonly Uint8Array[]) {
  return values.map((value, offset) => {
    const decoded = decodeEvent(kind, { value, appendedMs: HOUR_MS + 1e9, origin: "o", offset }, limits);
    if (!decoded.ok) throw new Error(decoded.detail);
    return { event: decoded.event, tsMs: decoded.tsMs, offset };
  });
}

/** Lowest CPU time of the rounds, per event. */
function nanosPerEvent(work: () => unknown): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    lowest = Math.min(lowest, user + system);
  }
  return Math.round((lowest * 1_000) / EVENTS);
}

for (const [kind, values] of [
  ["gpu", gpus],
  ["token", tokens],
] as const) {
  const texts = values.map((value) => new TextDecoder().decode(value));
  const items = decodeAll(kind, values);
  const parse = nanosPerEvent(() => texts.map((text) => JSON.parse(text)));
  const decode = nanosPerEvent(() => decodeAll(kind, values));
  const plan = nanosPerEvent(() => {
    for (let from = 0; from < items.length; from += BATCH) planRollups("o", items.slice(from, from + BATCH));
  });
  process.stdout.write(
    `${kind}: JSON.parse alone ${parse} ns, decode ${decode} ns, plan ${plan} ns, together ${decode + plan} ns per event of ${values[0]!.length} bytes\n`,
  );
}
