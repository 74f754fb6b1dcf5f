import { HttpProblem } from "../../../http/problem.ts";
import type { Clock } from "../../../support/clock.ts";
import { StreamClient } from "./client.ts";
import { sseEvent, ssePing, sseRetry } from "./sse.ts";

export type HubOptions = {
  /** The state of things as JSON, without anything that moves by itself such as an age. Should not reject. */
  readonly snapshot: () => Promise<string>;
  readonly clock: Clock;
  /** First part of every event id; another one after each start, so that old ids are not taken for ours. */
  readonly boot: string;
  readonly maxClients: number;
  readonly intervalMs?: number;
  readonly pingMs?: number;
  /** A client that has more than this waiting is too slow and is let go. */
  readonly maxQueuedBytes?: number;
  /** After this a client must come back and show again that it may read. */
  readonly maxAgeMs?: number;
};

/**
 * Tells every client about each change, at most once per interval, and pings when nothing changes. One ticker serves
 * all of them and rests while there are none; each event is complete, so one event brings a client up to date.
 */
export class StreamHub {
  readonly #clients = new Set<StreamClient>();
  readonly #options: Required<HubOptions>;
  #ticking = false;
  /** Aborts when the last client has gone. */
  #deserted = new AbortController();
  #count = 0;
  #latest: { readonly text: string; readonly event: string } | undefined;

  constructor(options: HubOptions) {
    this.#options = {
      intervalMs: 1_000,
      pingMs: 5_000,
      maxQueuedBytes: 256 * 1024,
      maxAgeMs: 3_600_000,
      ...options,
    };
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** A stream for one more client, which ends when `stopping` aborts; a problem when there are too many. */
  open(stopping?: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { maxClients, maxQueuedBytes, clock } = this.#options;
    if (this.#clients.size >= maxClients || stopping?.aborted)
      throw new HttpProblem("too-busy", {
        detail: stopping?.aborted ? "the server is stopping" : `${maxClients} streams are open already`,
        retryAfterS: 5,
      });
    const end = () => client.close();
    const client = new StreamClient(clock.now(), maxQueuedBytes, () => {
      this.#clients.delete(client);
      if (this.#clients.size === 0) this.#deserted.abort();
      stopping?.removeEventListener("abort", end);
    });
    stopping?.addEventListener("abort", end, { once: true });
    this.#clients.add(client);
    client.send(sseRetry(2_000), clock.now());
    if (this.#ticking) this.#welcome(client);
    else void this.#run();
    return client.stream;
  }

  #welcome(client: StreamClient): void {
    if (this.#latest !== undefined) client.send(this.#latest.event, this.#options.clock.now());
  }

  async #run(): Promise<void> {
    const { clock, intervalMs } = this.#options;
    this.#ticking = true;
    this.#latest = undefined;
    while (this.#clients.size > 0) {
      const startedMs = clock.now();
      await this.#refresh();
      this.#keepAlive();
      // A snapshot that takes long is taken less often: it may use a tenth of the time.
      const tookMs = clock.now() - startedMs;
      await this.#rest(Math.max(intervalMs - tookMs, tookMs * 9));
    }
    this.#ticking = false;
  }

  async #rest(ms: number): Promise<void> {
    if (this.#clients.size === 0) return;
    this.#deserted = new AbortController();
    await this.#options.clock.sleep(ms, this.#deserted.signal);
  }

  async #refresh(): Promise<void> {
    const text = await this.#options.snapshot().catch(() => undefined);
    if (text === undefined || text === this.#latest?.text) return;
    this.#latest = { text, event: sseEvent("tick", `${this.#options.boot}-${++this.#count}`, text) };
    for (const client of this.#clients) this.#welcome(client);
  }

  #keepAlive(): void {
    const { clock, pingMs, maxAgeMs, intervalMs } = this.#options;
    const now = clock.now();
    for (const client of this.#clients) {
      if (now - client.openedMs >= maxAgeMs) client.close();
      else if (now - client.sentMs > pingMs - intervalMs) client.send(ssePing, now);
    }
  }
}
