import type { WritePorts } from "../../../src/processor/group-write.ts";
import type { TelemetryStore } from "../../../src/store/port.ts";
import type { Ca3Meters } from "../../../src/telemetry/metric-catalogue.ts";
import { memoryLog } from "../../helpers/memory-log.ts";
import { insertingWith, memoryStore } from "../../helpers/memory-store.ts";
import { START_MS } from "../../helpers/telemetry.ts";
import { Group } from "./group.ts";
import { memberOn, simRules } from "./member.ts";
import { problems } from "./oracle.ts";
import { type FaultKind, faultKinds, faultyPorts, type Step } from "./ports.ts";
import { refusing, traffic } from "./traffic.ts";
import { World } from "./world.ts";

const MAX_TURNS = 20_000;
const FAULTS = 40;
const FAULT_RATE = 0.08;

export type Variant = {
  readonly commitFirst?: boolean;
  /** Replaces parts of the ports that a processor sees by deliberately wrong ones. */
  readonly ports?: (ports: WritePorts) => WritePorts;
  /** Opens the store; in memory unless said otherwise. */
  readonly openStore?: () => TelemetryStore;
  /** The store takes one call per step only; every second seed unless said otherwise. */
  readonly singly?: boolean;
};
export type Outcome = {
  readonly problems: readonly string[];
  readonly faults: number;
  readonly hosts: number;
};

/** A log, a store, traffic in the log's partitions, and a world in which nothing has happened yet. */
export async function prepare(
  seed: number,
  faults: number,
  recordsEach: number,
  { openStore = () => insertingWith(memoryStore()), singly = seed % 2 === 0 }: Variant = {},
) {
  const world = new World(seed, faults, START_MS + 3_700_000);
  const partitions = traffic(world.dice, 2, recordsEach);
  const log = memoryLog("log", world.clock);
  const store: TelemetryStore = openStore();
  const deadLetterTopics = ["gpu.dlq", "token.dlq"];
  await log.ensureTopics(deadLetterTopics.map((name) => ({ name, partitions: 1 })));
  return {
    world,
    partitions,
    ports: { log, store: singly ? onlySingly(refusing(store)) : refusing(store) },
    judge: () =>
      problems(
        partitions,
        deadLetterTopics.flatMap((topic) => log.records(topic)),
        store,
        simRules,
      ),
  };
}

export const onlySingly = ({ insertWith: _, ...store }: WritePorts["store"]): WritePorts["store"] => store;

/** Lets the world turn until the group is done with everything; false when it never is. */
export async function runToTheEnd(world: World, group: Group): Promise<boolean> {
  for (let turns = 0; !group.finished; turns++) {
    if (turns > MAX_TURNS) return false;
    group.tend();
    await world.step();
  }
  return true;
}

/** What zombies and lost calls still do after the end. */
export async function afterlife(world: World): Promise<void> {
  for (let turns = 0; turns < MAX_TURNS && (await world.step()); turns++);
}

/** Sends seeded traffic through processors that fail in seeded ways, and says what is wrong in the end. */
export async function simulate(seed: number, meters: Ca3Meters, variant: Variant = {}): Promise<Outcome> {
  const { world, partitions, ports, judge } = await prepare(seed, FAULTS, 25, variant);
  const decide = (_step: Step): FaultKind | undefined =>
    world.strikes(FAULT_RATE) ? world.dice.pick(faultKinds) : undefined;
  let hosts = 0;
  const newMember = () => {
    const host = { name: `host-${hosts++}`, dead: false };
    const faulty = faultyPorts(world, host, ports, { decide });
    return memberOn(world, meters, host, variant.ports?.(faulty) ?? faulty);
  };
  const group = new Group(world, partitions, { newMember, commitFirst: variant.commitFirst ?? false });
  const ended = await runToTheEnd(world, group);
  if (ended) await afterlife(world);
  return { problems: ended ? await judge() : ["does not come to an end"], faults: world.faults, hosts };
}
