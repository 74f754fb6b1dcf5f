import type { FaultProxy } from "../proxy.ts";
import type { Child } from "../world/child.ts";
import { processorSlots, producerSlots } from "../world/stage.ts";
import type { World } from "../world/world.ts";

const LOOK_MS = 20;
const PATIENCE_MS = 10_000;

export const oneOf = <T>(from: readonly T[], pick: number): T => from[pick % from.length]!;

/** A process of this kind that is at work now; waits a little for one. */
export async function victim(
  world: World,
  slots: readonly string[],
  pick: number,
): Promise<Child | undefined> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const alive = slots.flatMap((slot) => world.children.get(slot) ?? []).filter(({ opened }) => opened);
    if (alive.length > 0) return oneOf(alive, pick);
    if (Date.now() > deadlineMs) return undefined;
    await Bun.sleep(LOOK_MS);
  }
}
export const someProcessor = (world: World, pick: number) => victim(world, processorSlots, pick);
export const someProducer = (world: World, pick: number) => victim(world, producerSlots, pick);

/** Puts a link to sleep, makes it slow and so on, and well again. */
export async function forAWhile(
  links: readonly FaultProxy[],
  lastsMs: number,
  harm: (link: FaultProxy) => unknown,
): Promise<void> {
  await Promise.all(links.map(harm));
  await Bun.sleep(lastsMs);
  await Promise.all(links.map((link) => link.heal()));
}
