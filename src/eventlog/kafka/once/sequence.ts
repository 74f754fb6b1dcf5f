import { type BatchHeader, sequenceAfter } from "../wire/batch-header.ts";

/**
 * All who write records that must be there once do it under this one producer id, the ASCII codes of `ca3_once`. Brokers
 * give out producer ids from 0 on, so nobody else has it.
 */
export const ONCE_PRODUCER_ID = 0x6361_335f_6f6e_6365n;

/** The number the next batch must carry to be taken. */
export type NextSequence = { readonly epoch: number; readonly sequence: number };

const first: NextSequence = { epoch: 0, sequence: 0 };
const MAX_EPOCH = 32_766;

/** What follows on a batch of this producer. */
export const after = (batch: BatchHeader): NextSequence => ({
  epoch: batch.producerEpoch,
  sequence: sequenceAfter(batch.lastSequence, 1),
});

/** A broker takes the first batch of a higher epoch whatever it remembers of the lower ones. */
export const newEpoch = ({ epoch }: NextSequence): NextSequence => ({
  epoch: epoch >= MAX_EPOCH ? 0 : epoch + 1,
  sequence: 0,
});

export { first as firstSequence };
