import type { Fault } from "../plan/fault.ts";
import type { Caught } from "../wire/traps.ts";
import { processorSlots, producerSlots } from "../world/stage.ts";
import type { World } from "../world/world.ts";
import { restartInOrder } from "./members.ts";
import { someProcessor, someProducer } from "./victims.ts";

type BoundaryFault = Extract<Fault, { kind: "boundary" }>;

/** How long to wait for somebody to come to the place. */
const OCCASION_MS = 8_000;

/** Waits until a process comes to the place, and lets it happen there; false when nobody came. */
export async function strikeBoundary(world: World, fault: BoundaryFault): Promise<boolean> {
  const slots = fault.who === "processor" ? processorSlots : producerSlots;
  const { step, moment } = fault;
  const caught = await world.stage.traps.next({ slots, step, moment }, OCCASION_MS, () =>
    provoke(world, fault),
  );
  if (!caught) return false;
  await act(world, fault, caught);
  return true;
}

async function provoke(world: World, { provoke: how, pick }: BoundaryFault): Promise<void> {
  if (how === "poison") await world.suite.sendPoison(1 + (pick % 4));
  if (how === "new events") await world.suite.sendTwice(4 + (pick % 12));
  if (how === "death after rollups") await dieAfterRollups(world);
  if (how === "death of a producer") (await someProducer(world, pick))?.kill();
  if (how === "change of members") restartInOrder(await someProcessor(world, pick));
}

/** The next owner finds rollups that include more than it knew of, and has to look. */
async function dieAfterRollups({ stage, children }: World): Promise<void> {
  const place = { slots: processorSlots, step: "update rollups", moment: "answer" } as const;
  const caught = await stage.traps.next(place, OCCASION_MS, async () => {});
  if (caught) children.get(caught.slot)?.kill();
  caught?.release(false);
}

async function act(
  world: World,
  { action, moment, lastsMs, pick }: BoundaryFault,
  caught: Caught,
): Promise<void> {
  const { slot, link, release } = caught;
  const child = world.children.get(slot);
  switch (action) {
    case "kill":
      child?.kill();
      return release(moment === "request" && pick % 2 === 0);
    case "reset":
      link.reset();
      return release(false);
    case "half-open":
      await Bun.sleep(lastsMs);
      return release(true);
    case "late":
      link.outlives = true;
      child?.kill();
      await Bun.sleep(lastsMs);
      return release(true);
    case "stuck":
      await Bun.sleep(lastsMs);
      child?.kill();
      return release(false);
    case "sleep": {
      const { pid } = child ?? {};
      child?.signal("SIGSTOP");
      if (moment === "answer") release(true);
      await Bun.sleep(lastsMs);
      // what a sleeper had sent arrives before it wakes up
      release(true);
      if (child?.pid === pid) child?.signal("SIGCONT");
      return;
    }
    case "store-kill": {
      const { store } = world.stage;
      if (!store.up) return release(false);
      const dead = store.kill();
      release(moment === "request");
      await dead;
      await Bun.sleep(lastsMs);
      await store.revive();
    }
  }
}
