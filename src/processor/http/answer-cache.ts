import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Clock } from "../../support/clock.ts";

const compress = promisify(gzip);

/** A body that is made once for everybody who asks the same within the time it is kept. */
export type Answer = {
  readonly text: string;
  /** The body compressed; the work is done once and off this thread. */
  gzipped(): Promise<Uint8Array<ArrayBuffer>>;
};

type Kept = { readonly startedMs: number; readonly answer: Promise<Answer>; done: boolean; bytes: number };

/**
 * Keeps answers for so short a time that nobody sees them age, so that many viewers cost one query. Callers that ask
 * while the answer is being made wait for that one. Failures are not kept. Memory is bounded by `maxBytes` of text.
 */
export class AnswerCache {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ttlMs: number,
    private readonly maxBytes: number,
  ) {}

  get(key: string, make: () => Promise<string>): Promise<Answer> {
    const known = this.#kept.get(key);
    if (known && (!known.done || this.clock.now() - known.startedMs < this.ttlMs)) return known.answer;
    this.#drop(key);
    const kept: Kept = { startedMs: this.clock.now(), answer: make().then(answerOf), done: false, bytes: 0 };
    this.#kept.set(key, kept);
    kept.answer.then(
      ({ text }) => this.#settle(key, kept, text.length),
      () => this.#kept.get(key) === kept && this.#drop(key),
    );
    return kept.answer;
  }

  /** Bytes of text kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  #settle(key: string, kept: Kept, bytes: number): void {
    kept.done = true;
    if (this.#kept.get(key) !== kept) return;
    kept.bytes = bytes;
    this.#bytes += bytes;
    const now = this.clock.now();
    for (const [oldKey, old] of this.#kept) {
      const expired = old.done && now - old.startedMs >= this.ttlMs;
      if (expired || (this.#bytes > this.maxBytes && old.done)) this.#drop(oldKey);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

function answerOf(text: string): Answer {
  let packed: Promise<Uint8Array<ArrayBuffer>> | undefined;
  return {
    text,
    gzipped: () => {
      packed ??= compress(text, { level: 3 }).then((bytes) => new Uint8Array(bytes));
      return packed;
    },
  };
}
