import { notReady } from "./judge/not-ready.ts";
import { Pulse } from "./judge/pulse.ts";
import { judge, type Verdict } from "./judge/verdict.ts";
import { type Fault, kindOf, placeOf } from "./plan/fault.ts";
import { strike } from "./strike/strike.ts";
import type { Surprise } from "./world/child.ts";
import { processorSlots, producerSlots, type Stage } from "./world/stage.ts";
import { World, type WorldOptions } from "./world/world.ts";

export type Outcome = {
  readonly kind: string;
  readonly place?: string | undefined;
  /** False when nobody came to the place where it should have struck. */
  readonly struck: boolean;
  /** From its end until everything that the log held then was stored and committed, ms; absent when that never came. */
  readonly recoveredMs?: number;
};

export type WorldResult = Omit<Verdict, "problems"> & {
  readonly seed: number;
  readonly outcomes: readonly Outcome[];
  readonly problems: readonly string[];
  /** Processes that ended by themselves. */
  readonly surprises: readonly Surprise[];
  readonly starts: number;
};

export type RunOptions = WorldOptions & {
  readonly stage: Stage;
  readonly faults: readonly Fault[];
  readonly say?: (line: string) => void;
  /** Lets no further fault strike; what is there is judged. */
  readonly enough?: AbortSignal | undefined;
};

/** Faults that are at work at the same time, at most. */
const AT_ONCE = 4;
/** After so many faults everything is well for a while. */
const WAVE = 30;
/** A fault that finds no occasion is tried again later, so often in all. */
const TRIES = 3;
/** How long the pipeline may take to catch up with everything when all is well again. */
const DEADLINE_MS = 300_000;

/** Lets faults strike one world and judges what is left when it has come to rest. */
export async function runWorld({
  stage,
  faults,
  say = () => {},
  enough,
  ...options
}: RunOptions): Promise<WorldResult> {
  await using world = await World.open(stage, options);
  const { names, direct } = world;
  await using pulse = new Pulse(direct.log, names.group, [names.topicGpu, names.topicToken]);
  const outcomes: Outcome[] = [];
  const problems: string[] = [];
  await everybodyReads(world);
  await calm(world, pulse, problems);
  for (let from = 0; from < faults.length && problems.length === 0 && !enough?.aborted; from += WAVE) {
    outcomes.push(...(await wave(world, pulse, faults.slice(from, from + WAVE), say)));
    await calm(world, pulse, problems);
  }
  problems.push(...(await notReady(world)));
  for (const slot of producerSlots) {
    const code = await world.children.get(slot)!.stop();
    if (code !== 0) problems.push(`${slot} ended with ${code} when it was asked to end`);
  }
  await calm(world, pulse, problems);
  const verdict = await judge(world);
  if (![stage.store, ...stage.log.brokers].every(({ alive }) => alive))
    problems.push("a server ended by itself");
  const surprises = world.surprises;
  return {
    ...verdict,
    ...{ seed: options.seed, outcomes, surprises, starts: world.starts },
    problems: [...problems, ...verdict.problems],
  };
}

/** Every processor has its part of the work. */
async function everybodyReads({ stage }: World): Promise<void> {
  const place = { step: "fetch", moment: "request" } as const;
  await Promise.all(
    processorSlots.map(async (slot) => {
      const caught = await stage.traps.next({ ...place, slots: [slot] }, DEADLINE_MS, async () => {});
      caught?.release(true);
    }),
  );
}

/** Everything is well, and the group catches up; not in time is a problem. */
async function calm(world: World, pulse: Pulse, problems: string[]): Promise<void> {
  await world.stage.healAll();
  const { promise: late, resolve } = Promise.withResolvers<"late">();
  const timer = setTimeout(resolve, DEADLINE_MS, "late");
  const inTime = await Promise.race([pulse.caughtUp(), late]);
  clearTimeout(timer);
  if (inTime !== "late") return;
  problems.push(`${pulse.behind} records were not committed ${DEADLINE_MS / 1000} s after the last fault`);
}

async function wave(
  world: World,
  pulse: Pulse,
  faults: readonly Fault[],
  say: (line: string) => void,
): Promise<readonly Outcome[]> {
  const running = new Set<Promise<unknown>>();
  const outcomes: Outcome[] = [];
  const queue = faults.map((fault) => ({ fault, tries: 1 }));

  async function meet(one: { readonly fault: Fault; tries: number }): Promise<void> {
    const [kind, place] = [kindOf(one.fault), placeOf(one.fault)];
    const struck = await strike(world, one.fault);
    say(`${struck ? "struck" : "missed"}: ${kind}${place === undefined ? "" : ` (${place})`}`);
    if (!struck && one.tries++ < TRIES) return void queue.push(one);
    const endedMs = Date.now();
    const outcome: { -readonly [K in keyof Outcome]: Outcome[K] } = { kind, place, struck };
    outcomes.push(outcome);
    if (!struck) return;
    void pulse.caughtUp().then(() => {
      outcome.recoveredMs = Date.now() - endedMs;
    });
  }

  while (queue.length > 0 || running.size > 0) {
    while (running.size >= AT_ONCE || (queue.length === 0 && running.size > 0)) await Promise.race(running);
    const next = queue.shift();
    if (next === undefined) continue;
    await Bun.sleep(next.fault.gapMs);
    const met = meet(next);
    running.add(met);
    void met.finally(() => running.delete(met));
  }
  return outcomes;
}
