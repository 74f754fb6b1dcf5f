import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Pump } from "./pump.ts";
import type { Protocol } from "./wire/protocol.ts";
import { type Moment, tap } from "./wire/tap.ts";

/** What a link does to bytes that pass; the numbers hold for each direction. */
export type Pace = {
  /** How much later each byte arrives, ms. */
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
};

const HEALTHY: Pace = { latencyMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };

/**
 * A TCP link that a test can harm: every connection to `port` goes on to `target`, as long as the link is well. Faults
 * hold until `heal`.
 */
export class FaultProxy implements AsyncDisposable {
  #server = createServer();
  #port = 0;
  #pace: Pace = HEALTHY;
  #silent = false;
  readonly #pairs = new Set<Pair>();
  /** Sees every message that passes, when the proxy knows the protocol. */
  watch: ((step: string, moment: Moment, link: LinkInHand) => boolean | Promise<boolean>) | undefined;

  static async open(target: number, port = 0, protocol?: Protocol): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, protocol);
    await proxy.#listen(port);
    return proxy;
  }

  private constructor(
    private readonly target: number,
    private readonly protocol: Protocol | undefined,
  ) {}

  get port(): number {
    return this.#port;
  }
  get connections(): number {
    return this.#pairs.size;
  }

  /** Every open connection ends with a reset on both sides; new ones are as they were. */
  cut(): void {
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  }

  /** Resets what is open and refuses what is new. */
  async refuse(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  /** Connections, old and new, stay open and nothing passes, as when a cable is pulled. */
  silence(): void {
    this.#silent = true;
    this.#tell();
  }

  slow(pace: Partial<Pace>): void {
    this.#pace = { ...HEALTHY, ...pace };
    this.#tell();
  }

  /** Ends every fault; what was held back by `silence` arrives now. */
  async heal(): Promise<void> {
    this.#pace = HEALTHY;
    this.#silent = false;
    this.#tell();
    if (!this.#server.listening) await this.#listen(this.#port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.refuse();
  }

  #tell(): void {
    for (const { pumps } of this.#pairs) for (const pump of pumps) pump.set(this.#pace, this.#silent);
  }

  #listen(port: number): Promise<void> {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#join(client));
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  #join(client: Socket): void {
    const upstream = connect({ port: this.target, host: "127.0.0.1", allowHalfOpen: true });
    const link: LinkInHand = {
      outlives: false,
      reset: () => {
        client.resetAndDestroy();
        upstream.resetAndDestroy();
      },
    };
    const taps =
      this.protocol && tap(this.protocol, (step, moment) => this.watch?.(step, moment, link) ?? true);
    const pumps = [new Pump(client, upstream, taps?.up), new Pump(upstream, client, taps?.down)];
    const pair: Pair = { client, upstream, pumps };
    for (const pump of pumps) pump.set(this.#pace, this.#silent);
    this.#pairs.add(pair);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.setNoDelay(true);
      const ending = (end: () => void) => {
        if (socket === client && link.outlives) setTimeout(end, OUTLIVES_MS);
        else end();
      };
      socket.on("error", () => ending(() => other.resetAndDestroy()));
      socket.on("close", () => {
        this.#pairs.delete(pair);
        if (!pumps.every(({ ended }) => ended)) ending(() => other.destroy());
      });
    }
  }
}

/** One connection through the proxy, as somebody who holds one of its messages sees it. */
export type LinkInHand = {
  /** What is under way still reaches the server, for a while, after the client is gone. */
  outlives: boolean;
  /** Ends it on both sides. */
  reset(): void;
};

/** Longer than any message is held back. */
const OUTLIVES_MS = 15_000;

type Pair = { readonly client: Socket; readonly upstream: Socket; readonly pumps: readonly Pump[] };
