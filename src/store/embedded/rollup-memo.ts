import type { RollupRow } from "../port.ts";

/** Buckets per block: ten minutes of ten-second rollups, an hour of minute ones, two and a half days of hour ones. */
const BLOCK_BUCKETS = 60;
/** Rows kept over all blocks; at about 400 bytes each this is the bound of the memory used, 24 MiB. */
const MAX_ROWS = 60_000;

/** Start of the block that a bucket is in; blocks of a width never overlap. */
export function blockStart(resolutionS: number, bucketMs: number): number {
  const length = blockLengthMs(resolutionS);
  return Math.floor(bucketMs / length) * length;
}

export const blockLengthMs = (resolutionS: number): number => resolutionS * 1000 * BLOCK_BUCKETS;

/**
 * Remembers what whole blocks of rollups summed up to, per block and shape of query, and forgets a block when one of
 * its rollups changes. Nearly all of what a dashboard asks for every second is in blocks that no longer change.
 */
export class RollupMemo {
  readonly #blocks = new Map<string, Map<string, readonly RollupRow[]>>();
  readonly #maxRows: number;
  #rows = 0;

  constructor(maxRows: number = MAX_ROWS) {
    this.#maxRows = maxRows;
  }

  get(resolutionS: number, startMs: number, shape: string): readonly RollupRow[] | undefined {
    const name = `${resolutionS}/${startMs}`;
    const block = this.#blocks.get(name);
    const rows = block?.get(shape);
    if (block === undefined || rows === undefined) return undefined;
    this.#blocks.delete(name);
    this.#blocks.set(name, block);
    return rows;
  }

  put(resolutionS: number, startMs: number, shape: string, rows: readonly RollupRow[]): void {
    if (rows.length > this.#maxRows / 2) return;
    const name = `${resolutionS}/${startMs}`;
    const block = this.#blocks.get(name) ?? new Map<string, readonly RollupRow[]>();
    this.#rows += rows.length - (block.get(shape)?.length ?? 0);
    block.set(shape, rows);
    this.#blocks.delete(name);
    this.#blocks.set(name, block);
    for (const oldest of this.#blocks.keys()) {
      if (this.#rows <= this.#maxRows) return;
      this.#drop(oldest);
    }
  }

  /** One rollup of this bucket changed. */
  touch(resolutionS: number, bucketMs: number): void {
    this.#drop(`${resolutionS}/${blockStart(resolutionS, bucketMs)}`);
  }

  clear(): void {
    this.#blocks.clear();
    this.#rows = 0;
  }

  #drop(name: string): void {
    for (const rows of this.#blocks.get(name)?.values() ?? []) this.#rows -= rows.length;
    this.#blocks.delete(name);
  }
}
