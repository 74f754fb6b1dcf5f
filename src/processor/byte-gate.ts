type Waiting = { readonly bytes: number; go(): void };

/** Lets in as many bytes as the limit allows, in order of arrival; one that is larger than the limit goes alone. */
export class ByteGate {
  #inside = 0;
  readonly #queue: Waiting[] = [];

  constructor(private readonly limit: number) {}

  /** Resolves when there is room, and counts the bytes until `leave`. Rejects with the signal's reason. */
  async enter(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#queue.length === 0 && this.#fits(bytes)) {
      this.#inside += bytes;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        this.#queue.splice(this.#queue.indexOf(one), 1);
        reject(signal.reason);
        this.#next();
      };
      const one: Waiting = {
        bytes,
        go: () => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        },
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#queue.push(one);
    });
  }

  leave(bytes: number): void {
    this.#inside -= bytes;
    this.#next();
  }

  #fits(bytes: number): boolean {
    return this.#inside === 0 || this.#inside + bytes <= this.limit;
  }

  #next(): void {
    while (this.#queue.length > 0 && this.#fits(this.#queue[0]!.bytes)) {
      const one = this.#queue.shift()!;
      this.#inside += one.bytes;
      one.go();
    }
  }
}
