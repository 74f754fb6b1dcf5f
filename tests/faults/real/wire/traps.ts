import type { FaultProxy, LinkInHand } from "../proxy.ts";
import type { Moment } from "./tap.ts";

export type Place = { readonly slots: readonly string[]; readonly step: string; readonly moment: Moment };

/** A message that is held back until it is released: to go on, or to be lost. */
export type Caught = {
  readonly slot: string;
  readonly link: LinkInHand;
  release(goesOn: boolean): void;
};
type Trap = { readonly place: Place; spring(caught: Caught): void };

/** Stops a process at an exact place of its work: where a message of that step passes on one of its links. */
export class Traps {
  readonly #armed = new Set<Trap>();

  watch(slot: string, proxies: readonly FaultProxy[]): void {
    for (const proxy of proxies)
      proxy.watch = (step, moment, link) => this.#offer(slot, step, moment, link) ?? true;
  }

  /** The next such message; undefined when none comes in time after it was provoked. */
  async next(place: Place, withinMs: number, provoke: () => Promise<void>): Promise<Caught | undefined> {
    const { promise, resolve } = Promise.withResolvers<Caught | undefined>();
    const trap: Trap = { place, spring: resolve };
    this.#armed.add(trap);
    await provoke().catch(() => {});
    const late = setTimeout(() => {
      if (this.#armed.delete(trap)) resolve(undefined);
    }, withinMs);
    const caught = await promise;
    clearTimeout(late);
    return caught;
  }

  #offer(slot: string, step: string, moment: Moment, link: LinkInHand): Promise<boolean> | undefined {
    for (const trap of this.#armed) {
      const { place } = trap;
      if (place.step !== step || place.moment !== moment || !place.slots.includes(slot)) continue;
      this.#armed.delete(trap);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      trap.spring({ slot, link, release: resolve });
      return promise;
    }
    return undefined;
  }
}
