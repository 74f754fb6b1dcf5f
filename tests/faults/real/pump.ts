import type { Socket } from "node:net";
import type { Pace } from "./proxy.ts";

type Piece = { readonly bytes: Buffer; readonly arrivedMs: number };

const MAX_HELD_BYTES = 256 * 1024;
const LOOK_MS = 10;

/** Carries the bytes of one direction of a connection, in order, as late and as slowly as it is told. */
export class Pump {
  ended = false;
  readonly #held: Piece[] = [];
  #heldBytes = 0;
  #pace: Pace = { latencyMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };
  #silent = false;
  #over = false;
  #running = false;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
  ) {
    from.on("data", (bytes: Buffer) => {
      this.#held.push({ bytes, arrivedMs: Date.now() });
      this.#heldBytes += bytes.length;
      if (this.#heldBytes > MAX_HELD_BYTES) from.pause();
      void this.#run();
    });
    from.on("end", () => {
      this.#over = true;
      void this.#run();
    });
  }

  set(pace: Pace, silent: boolean): void {
    this.#pace = pace;
    this.#silent = silent;
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running || this.#silent) return;
    this.#running = true;
    while (this.#held.length > 0 && !this.#silent && !this.to.destroyed) await this.#carry();
    this.#running = false;
    if (this.#over && this.#held.length === 0 && !this.ended) {
      this.ended = true;
      this.to.end();
    }
  }

  async #carry(): Promise<void> {
    const { bytes, arrivedMs } = this.#held[0]!;
    const due = () => arrivedMs + this.#pace.latencyMs;
    while (Date.now() < due()) await Bun.sleep(Math.min(LOOK_MS, due() - Date.now()));
    const { bytesPerSecond } = this.#pace;
    if (Number.isFinite(bytesPerSecond)) await Bun.sleep((bytes.length / bytesPerSecond) * 1000);
    if (this.#silent || this.to.destroyed) return;
    this.#held.shift();
    this.#heldBytes -= bytes.length;
    if (this.#heldBytes <= MAX_HELD_BYTES) this.from.resume();
    if (!this.to.write(bytes)) await drained(this.to);
  }
}

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.once("drain", done).once("close", done);
  });
