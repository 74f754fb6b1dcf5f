import type { Compression } from "../../kafka-config.ts";
import { sequenceAfter } from "../wire/batch-header.ts";
import { encodeBatch } from "../wire/encode-batch.ts";
import type { ProducerId } from "../wire/producer-id.ts";
import { MAX_BATCH_BYTES, type Piece } from "./delivery.ts";

/**
 * A batch that was or will be sent. Until it is answered it is sent again exactly as it is: only then does the broker
 * recognise by its number that it has it.
 */
type Flight = { readonly pieces: readonly Piece[]; readonly count: number; readonly batch: Buffer };

/**
 * The way into one partition: one batch at a time, in the order of the calls. What arrives meanwhile goes together in
 * the next one, so a slow broker gets large batches and a fast one small ones.
 */
export class Lane {
  #queue: Piece[] = [];
  #flight: Flight | undefined;
  #id: ProducerId | undefined;
  #sequence = 0;
  #maxBytes = MAX_BATCH_BYTES;
  /** Times the batch was sent in vain. */
  failures = 0;
  restUntilMs = 0;
  /** Part of a request that is not answered yet. */
  busy = false;
  lastFailure: unknown;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  get hasWork(): boolean {
    return this.#flight !== undefined || this.#queue.length > 0;
  }
  /** When somebody waits no longer, ms since the epoch. */
  get deadlineMs(): number {
    return this.#flight?.pieces[0]?.deadlineMs ?? this.#queue[0]?.deadlineMs ?? Number.POSITIVE_INFINITY;
  }
  add(piece: Piece): void {
    this.#queue.push(piece);
  }

  /** The batch to send now; undefined when nobody waits for any. */
  load(current: ProducerId, compression: Compression, nowMs: number): Buffer | undefined {
    if (this.#flight) return this.#flight.batch;
    const pieces = this.#take();
    if (pieces.length === 0) return undefined;
    if (!this.#id) {
      this.#id = current;
      this.#sequence = 0;
    }
    const records = pieces.flatMap((piece) => piece.records);
    const batch = encodeBatch(records, {
      producerId: this.#id.id,
      producerEpoch: this.#id.epoch,
      baseSequence: this.#sequence,
      compression,
      timestampMs: nowMs,
    });
    this.#flight = { pieces, count: records.length, batch };
    return batch;
  }

  /** The broker has the batch. */
  done(): void {
    const flight = this.#land();
    if (!flight) return;
    this.#sequence = sequenceAfter(this.#sequence, flight.count);
    this.#maxBytes = MAX_BATCH_BYTES;
    for (const { delivery } of flight.pieces) delivery.pieceDone();
  }

  /** The broker does not have the batch and never will, so its number is free again; without one, all that waits fails. */
  refused(error: unknown): void {
    for (const { delivery } of this.#land()?.pieces ?? this.#queue.splice(0)) delivery.fail(error);
  }

  /** Smaller batches from now on; false when it was a single record already. */
  tooLarge(): boolean {
    const flight = this.#flight;
    if (!flight || flight.count === 1) return false;
    this.#maxBytes = Math.ceil(flight.pieces.reduce((sum, { bytes }) => sum + bytes, 0) / 2);
    this.#land();
    this.#queue.unshift(...flight.pieces.flatMap(halved));
    return true;
  }

  /** The broker has lost count of this producer: the same records go out under a new number. Answers with the old. */
  startAnew(): ProducerId | undefined {
    const spent = this.#id;
    this.#queue.unshift(...(this.#land()?.pieces ?? []));
    this.#id = undefined;
    return spent;
  }

  /** Gives up what was waited for too long. Answers with the producer id when it may not be used here again. */
  expire(nowMs: number, error: () => unknown): ProducerId | undefined {
    const overdue = ({ deadlineMs }: Piece) => deadlineMs <= nowMs;
    const flying = this.#flight?.pieces.some(overdue) === true;
    const spent = flying ? this.#id : undefined;
    if (flying) {
      for (const { delivery } of this.#land()?.pieces ?? []) delivery.fail(error());
      this.#id = undefined; // the broker may have the batch or not, so its number can not be used for another one
    }
    for (const piece of this.#queue) if (overdue(piece)) piece.delivery.fail(error());
    this.#queue = this.#queue.filter(({ delivery }) => !delivery.settled);
    return spent;
  }

  #land(): Flight | undefined {
    const flight = this.#flight;
    this.#flight = undefined;
    this.failures = 0;
    this.restUntilMs = 0;
    return flight;
  }

  #take(): Piece[] {
    const waiting = this.#queue.filter(({ delivery }) => !delivery.settled);
    let bytes = 0;
    let count = 0;
    while (count < waiting.length && (count === 0 || bytes + waiting[count]!.bytes <= this.#maxBytes))
      bytes += waiting[count++]!.bytes;
    this.#queue = waiting.slice(count);
    return waiting.slice(0, count);
  }
}

/** Two pieces of a piece, or the one when it is a single record. */
function halved(piece: Piece): Piece[] {
  if (piece.records.length === 1) return [piece];
  const middle = Math.ceil(piece.records.length / 2);
  piece.delivery.expect();
  const bytes = Math.ceil(piece.bytes / 2);
  return [
    { ...piece, bytes, records: piece.records.slice(0, middle) },
    { ...piece, bytes, records: piece.records.slice(middle) },
  ];
}
