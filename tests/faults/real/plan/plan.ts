import { type Dice, dice } from "../../sim/dice.ts";
import { SESSION_MS } from "../world/programs.ts";
import { type Boundary, boundaries } from "./boundaries.ts";
import { type Fault, type LooseKind, looseKinds } from "./fault.ts";

/** How often a loose fault is drawn, compared with the others. */
const weights: Readonly<Record<LooseKind, number>> = {
  "processor killed": 10,
  "processor asleep": 5,
  "processor with a wrong clock": 4,
  "producer killed": 5,
  "producer asleep": 3,
  "producer doubled": 2,
  "members come and go": 3,
  "log link reset": 5,
  "log link slow": 4,
  "log link half-open": 3,
  "log link refused": 3,
  "store link reset": 5,
  "store link slow": 4,
  "store link half-open": 3,
  "store link refused": 3,
  "producer link reset": 4,
  "producer link slow": 3,
  "producer link half-open": 3,
  "broker killed": 1,
  "broker asleep": 2,
  "store killed": 4,
  "store asleep": 3,
  "poison burst": 6,
  "events sent by two": 5,
  "dead-letter topic refuses": 3,
};
const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);

/** How long each lasts at least and at most, ms; what is not named has no length. */
const lengths: Partial<Readonly<Record<LooseKind, readonly [number, number]>>> = {
  "processor asleep": [SESSION_MS + 700, SESSION_MS + 2_500],
  "producer asleep": [500, 3_000],
  "producer doubled": [2_000, 5_000],
  "members come and go": [2_000, 4_000],
  "log link slow": [500, 2_500],
  "log link half-open": [500, SESSION_MS + 2_500],
  "log link refused": [200, 2_500],
  "store link slow": [500, 2_500],
  "store link half-open": [500, 4_500],
  "store link refused": [200, 2_500],
  "producer link slow": [500, 2_500],
  "producer link half-open": [500, 6_000],
  "broker killed": [100, 2_000],
  "broker asleep": [500, 4_500],
  "store killed": [100, 2_500],
  "store asleep": [500, 4_000],
  "dead-letter topic refuses": [500, 3_000],
};

const GAP_MS = 600;

/**
 * Pure: the same seed gives the same faults. Every boundary comes once before any comes again; between them are as many
 * loose faults, drawn by weight.
 */
export function planFaults(seed: number, count: number): readonly Fault[] {
  const roll = dice(seed);
  const bag: Boundary[] = [];
  const loose = new Set(looseKinds);
  return Array.from({ length: count }, (_, at): Fault => {
    const base = { gapMs: roll.below(GAP_MS), pick: roll.below(2 ** 31) };
    if (at % 2 === 1) {
      const kind = drawKind(roll, loose);
      return { ...base, kind, lastsMs: lengthOf(roll, ...(lengths[kind] ?? [0, 0])) };
    }
    if (bag.length === 0) bag.push(...shuffled(roll, boundaries));
    const boundary = bag.pop()!;
    return { ...base, kind: "boundary", ...boundary, lastsMs: boundaryLength(roll, boundary) };
  });
}

/** Each kind once before chance decides. */
function drawKind(roll: Dice, left: Set<LooseKind>): LooseKind {
  if (left.size > 0) {
    const kind = roll.pick([...left]);
    left.delete(kind);
    return kind;
  }
  let place = roll.next() * total;
  for (const kind of looseKinds) {
    place -= weights[kind];
    if (place < 0) return kind;
  }
  return looseKinds[0];
}

function boundaryLength(roll: Dice, { action }: Boundary): number {
  switch (action) {
    case "sleep":
      return lengthOf(roll, SESSION_MS + 700, SESSION_MS + 2_000);
    case "half-open":
      return lengthOf(roll, 1_000, SESSION_MS + 2_000);
    case "late":
    case "stuck":
      return lengthOf(roll, 500, SESSION_MS + 2_000);
    case "store-kill":
      return lengthOf(roll, 100, 1_500);
    default:
      return 0;
  }
}

const lengthOf = (roll: Dice, least: number, most: number): number =>
  Math.round(least + roll.next() * (most - least));

function shuffled<T>(roll: Dice, all: readonly T[]): T[] {
  const rest = [...all];
  return all.map(() => rest.splice(roll.below(rest.length), 1)[0]!);
}
