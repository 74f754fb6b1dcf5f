export type BucketLimits = {
  /** Takes per second in the long run. */
  readonly perSecond: number;
  /** Takes at once after a rest. */
  readonly burst: number;
  /** Clients remembered; the ones not seen for the longest time are forgotten first. */
  readonly maxClients?: number;
};

/** Allows each client so many takes per second; memory is bounded however many clients there are. */
export class TokenBuckets {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(private readonly limits: BucketLimits) {}

  /** Takes one; answers 0 when allowed, else the seconds until the next one is there. */
  take(client: string, nowMs: number): number {
    const { perSecond, burst, maxClients = 10_000 } = this.limits;
    const known = this.#buckets.get(client);
    const rested = known === undefined ? burst : (Math.max(0, nowMs - known.atMs) / 1000) * perSecond;
    const tokens = Math.min(burst, (known?.tokens ?? 0) + rested);
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#buckets.size > maxClients) this.#buckets.delete(this.#buckets.keys().next().value!);
    return tokens >= 1 ? 0 : (1 - tokens) / perSecond;
  }

  get size(): number {
    return this.#buckets.size;
  }
}
