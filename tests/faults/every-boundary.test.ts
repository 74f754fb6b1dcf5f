import { beforeAll, expect, test } from "bun:test";
import { createMeters } from "../../src/support/meters.ts";
import { type Ca3Meters, metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { Group, type Member } from "./sim/group.ts";
import { memberOn } from "./sim/member.ts";
import { type FaultKind, faultKinds, faultyPorts, type Step, steps } from "./sim/ports.ts";
import { afterlife, prepare, runToTheEnd } from "./sim/run.ts";

let meters: Ca3Meters;
beforeAll(async () => {
  meters = await createMeters(metricCatalogue);
});

const SEEDS = 4;

/** One processor meets one fault at the `nth` call of a step; everybody after it is well. */
async function oneFault(seed: number, at: Step, kind: FaultKind, nth: number, singly: boolean) {
  const { world, partitions, ports, judge } = await prepare(seed, 0, 8, { singly });
  const { promise: resume, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  let met = false;
  let hosts = 0;
  const newMember = (): Member => {
    const host = { name: `host-${hosts++}`, dead: false };
    const decide = (step: Step) => {
      if (host !== first || step !== at || ++calls !== nth) return undefined;
      met = true;
      if (kind.startsWith("stall")) setImmediate(() => group.strand(first!));
      return kind;
    };
    const member = memberOn(world, meters, host, faultyPorts(world, host, ports, { decide, resume }));
    first ??= member;
    return member;
  };
  let first: Member | undefined;
  const group: Group = new Group(world, partitions, { newMember, members: 1 });
  expect(await runToTheEnd(world, group)).toBe(true);
  resolve();
  await afterlife(world);
  return { met, hosts, problems: await judge() };
}

const kinds = [...faultKinds, "stall-before" as const, "stall-after" as const];
const places = steps.flatMap((step) => kinds.map((kind) => [step, kind, false] as const));
const singly = places
  .filter(([step]) => step !== "insertWith")
  .map(([step, kind]) => [step, kind, true] as const);

test.each([...places, ...singly])(
  "%s that meets %s leaves everything right (singly: %p)",
  async (...place) => {
    const [step, kind, singly] = place;
    let met = 0;
    for (let seed = 1; seed <= SEEDS; seed++)
      for (const nth of [1, 2, 3]) {
        const outcome = await oneFault(seed, step, kind, nth, singly);
        expect({ seed, nth, problems: outcome.problems }).toEqual({ seed, nth, problems: [] });
        if (outcome.met) met++;
        const replaced = kind.startsWith("die") || kind.startsWith("stall");
        if (outcome.met) expect(outcome.hosts).toBe(replaced ? 2 : 1);
      }
    expect(met).toBeGreaterThan(0);
  },
);
