import type { Partition } from "./catalogue.ts";
import type { Cursor } from "./read.ts";

/** The right of one member to read one partition, from the moment it is given until it is taken away. */
export type Lease = {
  readonly partition: Partition;
  readonly cursor: Cursor;
  /** Offset of the next record to read. */
  position: number;
  /** Taken away: what is still running may not be committed. */
  revoked: boolean;
  /** The batch that is being handled, with the way to abort it. */
  running: { readonly done: Promise<void>; readonly abort: AbortController } | undefined;
};
