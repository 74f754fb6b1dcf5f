import type { Document } from "mongodb";
import { Ca3Error } from "../../support/errors.ts";

/** One document of a write that was not written. */
export type WriteError = {
  readonly index: number;
  readonly code: number;
  readonly errmsg: string;
  /** The unique index that a duplicate is in. */
  readonly keyPattern?: Readonly<Record<string, unknown>>;
};

/** An id that is there already. */
export const DUPLICATE = 11000;

/**
 * The documents that were not written, each with its code. Throws CA3_STORE_UNAVAILABLE when those that were are not
 * known to be on a majority of the servers.
 */
export function writeErrors(doing: string, answer: Document): readonly WriteError[] {
  const concern = answer["writeConcernError"] as { code?: number; errmsg?: string } | undefined;
  if (concern)
    throw new Ca3Error(
      "CA3_STORE_UNAVAILABLE",
      `${doing}: MongoDB cannot say that it is kept: ${concern.errmsg} (${concern.code})`,
    );
  return (answer["writeErrors"] as readonly WriteError[] | undefined) ?? [];
}
