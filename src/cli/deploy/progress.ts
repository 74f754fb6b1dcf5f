import { type DeployEvent, describeStep } from "../../k8s/apply.ts";
import { describeRef } from "../../k8s/object.ts";
import { type Look, reasonOf } from "../../k8s/readiness/look.ts";
import type { Clock } from "../../support/clock.ts";
import { formatDuration, printable } from "../../support/format.ts";
import type { Io } from "../io.ts";

/** Shows what a deployment does: a line for each change, and a moving one that names what takes longest. */
export function deployProgress(io: Pick<Io, "note" | "status">, clock: Clock): (event: DeployEvent) => void {
  let phase = "";
  let sinceMs = clock.now();
  const since = new Map<string, number>();
  return (event) => {
    switch (event.type) {
      case "generated": {
        const { secret, keys } = event.generation;
        return io.note(`created Secret ${secret.namespace}/${secret.name}: ${keys.join(", ")}`);
      }
      case "step":
        return io.note(printable(describeStep(event.step)));
      case "waiting": {
        if (phase !== event.phase) [phase, sinceMs] = [event.phase, clock.now()];
        return io.status(waitingLine(event, since, clock.now()));
      }
      case "phase":
        io.status("");
        return io.note(
          `${event.phase}: ${event.objects} ready${phase === event.phase ? ` after ${formatDuration(clock.now() - sinceMs)}` : ""}`,
        );
      case "without":
        io.status("");
        return io.note(`warning: ${printable(reasonOf(event.look))}`);
    }
  };
}

/** `data: 1 of 3 ready · longest: StatefulSet platform/kafka, 42 s: its image …`. */
function waitingLine(
  { phase, open, total }: { phase: string; open: readonly Look[]; total: number },
  since: Map<string, number>,
  nowMs: number,
): string {
  for (const { ref } of open) since.set(describeRef(ref), since.get(describeRef(ref)) ?? nowMs);
  const slowest = open.toSorted(
    (one, other) =>
      since.get(describeRef(one.ref))! - since.get(describeRef(other.ref))! ||
      Number(other.pod !== undefined) - Number(one.pod !== undefined),
  )[0]!;
  const waited = nowMs - since.get(describeRef(slowest.ref))!;
  return printable(
    `${phase}: ${total - open.length} of ${total} ready · longest, ${formatDuration(waited)}: ${reasonOf(slowest)}`,
  );
}
