import { at, type LiveObject, listAt } from "../live-object.ts";
import type { KubeObject } from "../object.ts";

const UNITS: Readonly<Record<string, number>> = {
  ...{ "": 1, m: 1e-3, u: 1e-6, n: 1e-9, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4, Pi: 1024 ** 5, Ei: 1024 ** 6 },
};

/** A quantity as Kubernetes writes it, such as `250m` or `1.5Gi`; 0 for what is none. */
export function amountOf(quantity: unknown): number {
  const match = /^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(m|u|n|k|[KMGTPE]i?)?$/.exec(
    String(quantity ?? "").trim(),
  );
  return match === null ? 0 : Number(match[1]) * UNITS[match[2] ?? ""]!;
}

/** What a pod sets aside. */
export type Amounts = {
  readonly cores: number;
  readonly bytes: number;
};

export const nothing: Amounts = { cores: 0, bytes: 0 };
export const plus = (a: Amounts, b: Amounts): Amounts => ({
  cores: a.cores + b.cores,
  bytes: a.bytes + b.bytes,
});
export const minus = (a: Amounts, b: Amounts): Amounts => ({
  cores: a.cores - b.cores,
  bytes: a.bytes - b.bytes,
});
/** With a hair of room for what floating point loses. */
export const fits = (need: Amounts, room: Amounts): boolean =>
  need.cores <= room.cores + 1e-9 && need.bytes <= room.bytes + 0.5;
const most = (a: Amounts, b: Amounts): Amounts => ({
  cores: Math.max(a.cores, b.cores),
  bytes: Math.max(a.bytes, b.bytes),
});

/**
 * What the scheduler counts for a pod: its containers and those that start before them and stay, or the largest that
 * runs before them, plus overhead. Limits stand in for requests that are not named.
 */
export function requestsOf(podSpec: unknown): Amounts {
  let staying = nothing;
  let peak = nothing;
  for (const container of listAt(podSpec, "initContainers")) {
    const need = requestOf(container);
    if (at(container, "restartPolicy") === "Always") staying = plus(staying, need);
    peak = most(peak, at(container, "restartPolicy") === "Always" ? staying : plus(staying, need));
  }
  const running = listAt(podSpec, "containers").reduce<Amounts>(
    (sum, one) => plus(sum, requestOf(one)),
    staying,
  );
  return plus(most(running, peak), amountsAt(at(podSpec, "overhead")));
}

function requestOf(container: unknown): Amounts {
  const requests = at(container, "resources", "requests");
  const limits = at(container, "resources", "limits");
  return amountsAt({
    cpu: at(requests, "cpu") ?? at(limits, "cpu"),
    memory: at(requests, "memory") ?? at(limits, "memory"),
  });
}

export const amountsAt = (value: unknown): Amounts => ({
  cores: amountOf(at(value, "cpu")),
  bytes: amountOf(at(value, "memory")),
});

/** The pods that a workload runs at first. */
export function podsWanted(object: KubeObject | LiveObject): { count: number; each: Amounts; spec: unknown } {
  const spec = at(object, "spec", "template", "spec");
  const count =
    object.kind === "Job"
      ? Number(at(object, "spec", "parallelism") ?? 1)
      : Number(at(object, "spec", "replicas") ?? 1);
  return { count, each: requestsOf(spec), spec };
}
