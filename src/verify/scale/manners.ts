import { at, type LiveObject, listAt, numberAt, textAt } from "../../k8s/live-object.ts";

/** How long an autoscaler takes its time, by its own rules. */
export type Manners = {
  /** How long more replicas must be called for before there are more, ms. */
  readonly upMs: number;
  /** How long fewer must have been called for before there are fewer, ms. */
  readonly downMs: number;
  /** How long it takes from so many to so many after that, ms; nothing when it may never take one away. */
  stepsDownMs(from: number, to: number): number | undefined;
};

/** What the controller does where an object says nothing: the controller's own defaults. */
const DOWN_S = 300;
const UP_S = 0;
const DOWN_POLICIES = [{ type: "Percent", value: 100, periodSeconds: 15 }] as const;

/** Reads the behaviour of an `autoscaling/v2` object. Pure. */
export function mannersOf(scaler: LiveObject): Manners {
  const [up, down] = ["scaleUp", "scaleDown"].map((way) => at(scaler, "spec", "behavior", way));
  const windowMs = (rules: unknown, otherwise: number) =>
    1000 * (numberAt(rules, "stabilizationWindowSeconds") ?? otherwise);
  const listed = listAt(down, "policies");
  const policies = listed.length === 0 ? DOWN_POLICIES : listed;
  const select = textAt(down, "selectPolicy") ?? "Max";
  return {
    upMs: windowMs(up, UP_S),
    downMs: windowMs(down, DOWN_S),
    stepsDownMs(from, to) {
      if (select === "Disabled") return undefined;
      const times = policies.map((policy) => 1000 * secondsDown(policy, from, to));
      const ms = select === "Min" ? Math.max(...times) : Math.min(...times);
      return Number.isFinite(ms) ? ms : undefined;
    },
  };
}

/** How long one policy alone takes; the first step is free, each further one waits for the next period. */
function secondsDown(policy: unknown, from: number, to: number): number {
  const value = numberAt(policy, "value") ?? 0;
  const share = textAt(policy, "type") === "Percent";
  let steps = 0;
  for (let replicas = from; replicas > to; steps++) {
    const next = share ? Math.floor(replicas * (1 - value / 100)) : replicas - value;
    if (next >= replicas) return Number.POSITIVE_INFINITY;
    replicas = next;
  }
  return Math.max(0, steps - 1) * (numberAt(policy, "periodSeconds") ?? 0);
}
