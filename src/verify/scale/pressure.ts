/**
 * How many records are to wait at a time. A fixed rate is too little for fast processors, and buries slow ones under work
 * for many minutes; so what waits is kept at a level, and the level is raised whenever half of it was done between two
 * looks. It comes to rest between two and four times what the processors do in that time: they never run dry, and are done
 * soon after the last record.
 */
export class Pressure {
  #level: number;
  #looks = 0;
  #dry = 0;

  constructor(
    /** What waits at first; more where an autoscaler goes by what waits. */
    least: number,
    private readonly most: number,
  ) {
    this.#level = Math.min(least, most);
  }

  /**
   * How many records to send, when so many wait. `inFull` says whether all that was wanted the last time was sent: where it
   * was not, little waits because it was sent slowly, and a higher level would only be worked on for longer in the end.
   */
  next(waiting: number, inFull: boolean): number {
    this.#looks++;
    if (this.#looks > 1) {
      if (waiting < this.#level / 10) this.#dry++;
      if (inFull && waiting < this.#level / 2) this.#level = Math.min(this.most, this.#level * 2);
    }
    return Math.max(0, Math.round(this.#level - waiting));
  }

  /** Whether the processors had nearly nothing left to do at most looks: they are faster than whoever sends. */
  get outrun(): boolean {
    return this.#looks > 1 && this.#dry > (this.#looks - 1) / 2;
  }
}
