import { quiet, type SteeredClock, steeredClock } from "../../helpers/steered-clock.ts";
import { type Dice, dice } from "./dice.ts";

type Parked = { readonly owner: Host; go(): void };

/** A process of the simulated world: everything it asks of the outside goes through `World.turn`. */
export type Host = { readonly name: string; dead: boolean };

/**
 * Runs simulated processes one outside call at a time: every call parks, and a seeded choice says whose goes next, so
 * a seed is one exact interleaving. A dead process never gets another turn.
 */
export class World {
  readonly dice: Dice;
  readonly clock: SteeredClock;
  /** Faults happen as long as this is positive; then the world calms down and has to come out right. */
  faultsLeft: number;
  faults = 0;
  #parked: Parked[] = [];

  constructor(seed: number, faults: number, startMs: number) {
    this.dice = dice(seed);
    this.clock = steeredClock(startMs);
    this.faultsLeft = faults;
  }

  /** Waits for this call's turn; never returns to a process that died meanwhile. */
  turn(owner: Host): Promise<void> {
    return new Promise((resolve) => this.#parked.push({ owner, go: resolve }));
  }

  /** True when a fault of this probability strikes now. */
  strikes(probability: number): boolean {
    if (this.faultsLeft <= 0 || !this.dice.chance(probability)) return false;
    this.faultsLeft--;
    this.faults++;
    return true;
  }

  /** Lets one parked call go, or time pass when nothing is parked; false when neither is possible. */
  async step(): Promise<boolean> {
    await quiet(4);
    this.#parked = this.#parked.filter(({ owner }) => !owner.dead);
    const sleeping = this.clock.sleeping().length > 0;
    if (this.#parked.length > 0 && !(sleeping && this.dice.chance(0.1))) {
      const [one] = this.#parked.splice(this.dice.below(this.#parked.length), 1);
      one!.go();
    } else if (sleeping) await this.clock.advance(200 + this.dice.below(2_000));
    else return false;
    await quiet(4);
    return true;
  }
}
