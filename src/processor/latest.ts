import type { LatestEvent, StoredEvent } from "../store/port.ts";
import type { GpuEvent } from "../telemetry/events.ts";

/** Whose newest event is kept: a GPU, or a source of token events. */
const subjectOf = ({ kind, event }: StoredEvent): string =>
  kind === "gpu" ? (event as GpuEvent).gpu_uuid : event.source_id;

/** The newest event per kind and subject; of two at the same time the later one in the batch. */
export function newestPerSubject(batches: readonly (readonly StoredEvent[])[]): LatestEvent[] {
  const newest = { gpu: new Map<string, StoredEvent>(), token: new Map<string, StoredEvent>() };
  for (const events of batches) {
    for (let at = 0; at < events.length; at++) {
      const one = events[at]!;
      const subject = subjectOf(one);
      const held = newest[one.kind].get(subject);
      if (held === undefined || one.tsMs >= held.tsMs) newest[one.kind].set(subject, one);
    }
  }
  return [...newest.gpu, ...newest.token].map(([subject, { kind, tsMs, event }]) => ({
    kind,
    subject,
    tsMs,
    event,
  }));
}
