import type { OutRecord } from "../../../src/eventlog/port.ts";
import type { WritePorts } from "../../../src/processor/group-write.ts";
import { Ca3Error } from "../../../src/support/errors.ts";
import type { Host, World } from "./world.ts";

/** The calls of a write to a store that takes all in one, in their order; the third and fourth follow when it cannot. */
export const steps = [
  "insertWith",
  "insertEvents",
  "applyRollups",
  "keepLatest",
  "append",
  "addDeadLetters",
] as const;
export type Step = (typeof steps)[number];

/**
 * What can happen to a call: it fails before or after it took effect, takes effect in part, takes effect long after the
 * caller gave it up, fails in an unknown way, its process dies at any of these places, or it stalls there.
 */
export const faultKinds = ["before", "after", "part", "late", "bug", "die", "die-after", "die-part"] as const;
export type FaultKind = (typeof faultKinds)[number] | "stall-before" | "stall-after";

export type FaultPlan = {
  /** Says what happens to this call; undefined lets it succeed. */
  readonly decide: (step: Step) => FaultKind | undefined;
  /** Ends every stall. */
  readonly resume?: Promise<void>;
};

const away = (step: Step) =>
  new Ca3Error(step === "append" ? "CA3_LOG_UNAVAILABLE" : "CA3_STORE_UNAVAILABLE", `${step} failed`);

/** The ports as a process sees them whose calls meet the faults of a plan. */
export function faultyPorts(world: World, host: Host, real: WritePorts, plan: FaultPlan): WritePorts {
  const server: Host = { name: "server", dead: false };

  async function call<T, R>(
    step: Step,
    items: readonly T[],
    act: (some: readonly T[]) => Promise<R>,
    actInPart: (some: readonly T[]) => Promise<R> | undefined = act,
  ): Promise<R> {
    await world.turn(host);
    const kind = plan.decide(step);
    if (kind === "before") throw away(step);
    if (kind === "bug") throw new TypeError(`${step} has a bug`);
    if (kind === "late") {
      void world
        .turn(server)
        .then(() => act(items))
        .catch(() => {});
      throw away(step);
    }
    if (kind === "die") return die();
    if (kind === "stall-before") await plan.resume;
    const inPart = kind === "part" || kind === "die-part";
    const part = inPart ? world.dice.subset(items) : items;
    const answer = part.length > 0 ? await (inPart ? actInPart : act)(part) : undefined;
    if (kind === "after" || kind === "part") throw away(step);
    if (kind === "die-after" || kind === "die-part") return die();
    if (kind === "stall-after") await plan.resume;
    await world.turn(host);
    return answer as R;
  }

  function die(): Promise<never> {
    host.dead = true;
    return new Promise(() => {});
  }

  const { log, store } = real;
  return {
    log: { append: (records: readonly OutRecord[]) => call("append", records, (some) => log.append(some)) },
    store: {
      ...(store.insertWith && {
        insertWith: (events, additions) =>
          call(
            "insertWith",
            events,
            (some) => store.insertWith!(some, additions),
            () => undefined, // it has no parts
          ),
      }),
      insertEvents: (events) => call("insertEvents", events, (some) => store.insertEvents(some)),
      applyRollups: (deltas) => call("applyRollups", deltas, (some) => store.applyRollups(some)),
      keepLatest: (events) => call("keepLatest", events, (some) => store.keepLatest(some)),
      addDeadLetters: (letters) => call("addDeadLetters", letters, (some) => store.addDeadLetters(some)),
    },
  };
}
