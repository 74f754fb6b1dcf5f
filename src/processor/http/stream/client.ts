const encoder = new TextEncoder();

/** One open stream: what is sent waits in it until the socket takes it, within a limit. */
export class StreamClient {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #sentMs: number;
  #open = true;

  constructor(
    readonly openedMs: number,
    maxQueuedBytes: number,
    private readonly onEnd: () => void,
  ) {
    this.#sentMs = openedMs;
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => this.#end(),
      },
      { highWaterMark: maxQueuedBytes, size: (chunk) => chunk?.byteLength ?? 0 },
    );
  }

  /** When something was last sent, ms. */
  get sentMs(): number {
    return this.#sentMs;
  }

  /** Sends, or lets the client go when too much is waiting already; what waits is thrown away then. */
  send(text: string, nowMs: number): void {
    if (!this.#open) return;
    if ((this.#controller.desiredSize ?? 0) <= 0) {
      this.#end();
      this.#controller.error(new Error("the client reads too slowly"));
      return;
    }
    this.#controller.enqueue(encoder.encode(text));
    this.#sentMs = nowMs;
  }

  close(): void {
    if (!this.#open) return;
    this.#end();
    this.#controller.close();
  }

  #end(): void {
    this.#open = false;
    this.onEnd();
  }
}
