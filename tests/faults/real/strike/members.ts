import type { Child } from "../world/child.ts";
import { guestSlots } from "../world/stage.ts";
import type { World } from "../world/world.ts";

/** Lets a process end as a deployment does; it comes back. */
export function restartInOrder(child: Child | undefined): void {
  child?.retire();
}

/** More processors join and leave, some in order and some not. */
export async function comeAndGo(world: World, lastsMs: number, pick: number): Promise<void> {
  const free = guestSlots.filter((slot) => !world.children.has(slot));
  const guests = free.map((slot) => world.startProcessor(slot));
  for (let turn = 0; turn < 2; turn++) {
    await Bun.sleep(lastsMs / 2);
    for (const [at, guest] of guests.entries())
      if ((pick >> (turn * 2 + at)) % 2 === 0) guest.kill();
      else guest.retire();
  }
  await Promise.all(guests.map((guest) => guest.stop(15_000)));
  for (const guest of guests) world.forget(guest);
}
