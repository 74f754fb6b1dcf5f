import type { LatestEvent, StoredEvent } from "../store/port.ts";
import type { GpuEvent } from "../telemetry/events.ts";

/** Whose newest event is kept: a GPU or what it is divided into, or a source of token events. */
const subjectOf = ({ kind, event }: StoredEvent): string =>
  kind === "gpu" ? gpuSubject(event as GpuEvent) : event.source_id;

/** The parts of a card each have events of their own at the same moment, one per instance or per pod that shares it. */
const gpuSubject = ({ gpu_uuid, gpu_fraction, mig_instance_id, namespace, pod }: GpuEvent): string =>
  (gpu_fraction ?? 1) === 1 ? gpu_uuid : [gpu_uuid, mig_instance_id, namespace, pod].join("/");

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
