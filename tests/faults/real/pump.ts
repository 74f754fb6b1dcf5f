import type { Socket } from "node:net";
import type { Pace } from "./proxy.ts";

type Piece = { readonly bytes: Buffer; readonly arrivedMs: number };

/** Takes the bytes of one direction apart and decides about each part. */
export type Gate = {
  /** Length of the first whole frame in these bytes; 0 when it is not all there. */
  readonly frameLength: (bytes: Buffer) => number;
  /** False leaves the frame out; a promise holds it, and all behind it, back. */
  readonly pass: (frame: Buffer) => boolean | Promise<boolean>;
};

const MAX_HELD_BYTES = 256 * 1024;
const LOOK_MS = 10;
/** A slow link carries a little all the time, not all of it at the end. */
const STEPS_PER_SECOND = 20;

/** Carries the bytes of one direction of a connection, in order, as late and as slowly as it is told. */
export class Pump {
  ended = false;
  readonly #held: Piece[] = [];
  #heldBytes = 0;
  #unframed: Buffer = Buffer.alloc(0);
  #pace: Pace = { latencyMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };
  #silent = false;
  #over = false;
  #running = false;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly gate?: Gate,
  ) {
    from.on("data", (bytes: Buffer) => {
      for (const piece of this.#framesOf(bytes)) this.#hold(piece);
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

  #hold(bytes: Buffer): void {
    this.#held.push({ bytes, arrivedMs: Date.now() });
    this.#heldBytes += bytes.length;
  }

  #framesOf(bytes: Buffer): Buffer[] {
    if (!this.gate) return [bytes];
    let rest = this.#unframed.length === 0 ? bytes : Buffer.concat([this.#unframed, bytes]);
    const frames: Buffer[] = [];
    for (let length = this.gate.frameLength(rest); length > 0; length = this.gate.frameLength(rest)) {
      frames.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    this.#unframed = rest;
    return frames;
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
    const step = this.gate === undefined ? Math.max(1, bytesPerSecond / STEPS_PER_SECOND) : bytes.length;
    const next = bytes.subarray(0, step);
    if (Number.isFinite(bytesPerSecond)) await Bun.sleep((next.length / bytesPerSecond) * 1000);
    if (this.#silent || this.to.destroyed) return;
    const passes = this.gate?.pass(next) ?? true;
    const wanted = typeof passes === "boolean" ? passes : await passes;
    if (next.length === bytes.length) this.#held.shift();
    else this.#held[0] = { bytes: bytes.subarray(next.length), arrivedMs };
    this.#heldBytes -= next.length;
    if (this.#heldBytes <= MAX_HELD_BYTES) this.from.resume();
    if (wanted && !this.to.destroyed && !this.to.write(next)) await drained(this.to);
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
