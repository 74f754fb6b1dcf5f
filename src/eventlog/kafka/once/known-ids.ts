export type Sighting = { readonly id: string; readonly offset: number; readonly appendedMs: number };

/** Ids of records in the topic from one offset on, without a gap. Bounded: what is oldest is forgotten first. */
export class KnownIds {
  #ids = new Map<string, Sighting>();

  constructor(
    /** Every id at or behind this offset is known. */
    public fromOffset: number,
    /** Every id that was appended at or after this time is known, ms. */
    public fromMs: number,
    private readonly capacity: number,
  ) {}

  has(id: string): boolean {
    return this.#ids.has(id);
  }
  /** In the order of offsets, behind all that is known. */
  add(sighting: Sighting): void {
    if (!this.#ids.has(sighting.id)) this.#ids.set(sighting.id, sighting);
    if (this.#ids.size > this.capacity) this.#forgetOldest();
  }
  /** What lies right before all that is known; false when there is no room for it. */
  prepend(sightings: readonly Sighting[], fromOffset: number, fromMs: number): boolean {
    if (this.#ids.size + sightings.length > this.capacity / 2) return false;
    this.#ids = new Map([...sightings.map((one) => [one.id, one] as const), ...this.#ids]);
    this.fromOffset = fromOffset;
    this.fromMs = fromMs;
    return true;
  }

  #forgetOldest(): void {
    const kept = [...this.#ids.values()].slice(Math.ceil(this.#ids.size / 2));
    this.#ids = new Map(kept.map((one) => [one.id, one]));
    this.fromOffset = kept[0]!.offset;
    this.fromMs = kept[0]!.appendedMs + 1; // others of the same moment may have been forgotten
  }
}
