import { type BatchRecord, sizeOfRecord } from "../wire/encode-batch.ts";

/** One call of `append` on its way: done when all its pieces are, failed when one of them is. */
export class Delivery {
  readonly #end = Promise.withResolvers<void>();
  #left = 0;
  settled = false;

  get done(): Promise<void> {
    return this.#end.promise;
  }
  expect(): void {
    this.#left += 1;
  }
  pieceDone(): void {
    this.#left -= 1;
    if (this.#left > 0) return;
    this.settled = true;
    this.#end.resolve();
  }
  fail(error: unknown): void {
    this.settled = true;
    this.#end.reject(error);
  }
}

/** Records of one call for one partition, few enough for one batch. */
export type Piece = {
  readonly records: readonly BatchRecord[];
  /** Upper bound of what they take in a batch. */
  readonly bytes: number;
  readonly delivery: Delivery;
  /** When the caller is told that it did not work, ms since the epoch. */
  readonly deadlineMs: number;
};

/** A little below what brokers and topics take unless they are told otherwise. */
export const MAX_BATCH_BYTES = 1_000_000;

/** Cuts records of one partition into pieces that fit a batch; a record that is larger than that goes alone. */
export function piecesOf(
  records: readonly BatchRecord[],
  delivery: Delivery,
  deadlineMs: number,
  maxBytes = MAX_BATCH_BYTES,
): Piece[] {
  const pieces: Piece[] = [];
  let first = 0;
  let bytes = 0;
  const cut = (end: number) => {
    delivery.expect();
    pieces.push({ records: records.slice(first, end), bytes, delivery, deadlineMs });
    first = end;
    bytes = 0;
  };
  for (const [index, record] of records.entries()) {
    const size = sizeOfRecord(record);
    if (index > first && bytes + size > maxBytes) cut(index);
    bytes += size;
  }
  if (records.length > first) cut(records.length);
  return pieces;
}
