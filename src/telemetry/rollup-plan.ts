import type { RollupDelta } from "../store/port.ts";
import { addGpu, addTokens, bucketTimeMs } from "./contribution.ts";
import { type DimensionIndex, dimensionIndex } from "./dimension-index.ts";
import { isTokenEvent } from "./encode.ts";
import type { TelemetryEvent } from "./events.ts";
import { getOrAdd } from "./get-or-add.ts";
import type { Dimensions, ResolutionS, RollupKey, Sums } from "./rollup.ts";
import { addSums, RESOLUTIONS_S, zeroSums } from "./rollup.ts";
import type { Slo } from "./slo.ts";
import type { EventKind } from "./topics.ts";

/** One stored event and its place in its partition. */
export type RollupItem = { readonly event: TelemetryEvent; readonly tsMs: number; readonly offset: number };

/** What a batch adds to the finest bucket of one set of dimensions; the wider buckets are made of these. */
type Cell = {
  readonly kind: EventKind;
  readonly dimensions: Dimensions;
  readonly bucketMs: number;
  readonly items: RollupItem[];
  readonly sums: Sums;
  newestMs: number;
  oldestMs: number;
};

const FINEST_MS = RESOLUTIONS_S[0] * 1000;

/**
 * What a batch adds to the rollups: pure, one delta per rollup, each event once per resolution.
 *
 * @param origin position space of the batch, see `RollupKey.origin`
 * @param items in order of their offsets, each offset once
 * @param slo what requests are judged by, when something is declared
 */
export function planRollups(origin: string, items: readonly RollupItem[], slo?: Slo): RollupDelta[] {
  const cells = finestCells(items, slo);
  return RESOLUTIONS_S.flatMap((resolutionS) => widen(cells, resolutionS, origin, slo));
}

function finestCells(items: readonly RollupItem[], slo: Slo | undefined): readonly Cell[] {
  const index: DimensionIndex<Map<number, Cell>> = dimensionIndex(() => new Map());
  const cells: Cell[] = [];
  for (const item of items) {
    const { event, tsMs } = item;
    const found = index.find(event);
    const bucketMs = floorTo(bucketTimeMs(event, tsMs), FINEST_MS);
    let cell = found.value.get(bucketMs);
    if (!cell) {
      const { kind, dimensions } = found;
      cell = { kind, dimensions, bucketMs, items: [], sums: zeroSums(), newestMs: tsMs, oldestMs: tsMs };
      found.value.set(bucketMs, cell);
      cells.push(cell);
    }
    if (isTokenEvent(event)) addTokens(cell.sums, event, slo);
    else addGpu(cell.sums, event);
    cell.items.push(item);
    if (tsMs > cell.newestMs) cell.newestMs = tsMs;
    if (tsMs < cell.oldestMs) cell.oldestMs = tsMs;
  }
  return cells;
}

function widen(
  cells: readonly Cell[],
  resolutionS: ResolutionS,
  origin: string,
  slo: Slo | undefined,
): RollupDelta[] {
  const groups = new Map<Dimensions, Map<number, Cell[]>>();
  for (const cell of cells) {
    const bucketMs = floorTo(cell.bucketMs, resolutionS * 1000);
    const buckets = getOrAdd(groups, cell.dimensions, () => new Map<number, Cell[]>());
    getOrAdd(buckets, bucketMs, (): Cell[] => []).push(cell);
  }
  const deltas: RollupDelta[] = [];
  for (const [dimensions, buckets] of groups)
    for (const [bucketMs, members] of buckets) {
      const key: RollupKey = { kind: members[0]!.kind, resolutionS, bucketMs, origin, dimensions };
      deltas.push(deltaOf(key, members, slo));
    }
  return deltas;
}

function deltaOf(key: RollupKey, cells: readonly Cell[], slo: Slo | undefined): RollupDelta {
  const delta = {
    key,
    firstOffset: Number.POSITIVE_INFINITY,
    lastOffset: Number.NEGATIVE_INFINITY,
    sums: cells.length === 1 ? cells[0]!.sums : zeroSums(),
    newestMs: Number.NEGATIVE_INFINITY,
    oldestMs: Number.POSITIVE_INFINITY,
    since: (offset: number) => (offset < delta.firstOffset ? delta : above(key, cells, offset, slo)),
  };
  for (const cell of cells) {
    if (cells.length > 1) addSums(delta.sums, cell.sums);
    delta.firstOffset = Math.min(delta.firstOffset, cell.items[0]!.offset);
    delta.lastOffset = Math.max(delta.lastOffset, cell.items.at(-1)!.offset);
    delta.newestMs = Math.max(delta.newestMs, cell.newestMs);
    delta.oldestMs = Math.min(delta.oldestMs, cell.oldestMs);
  }
  return delta;
}

/** Counts again only what lies above an offset; needed after a crash alone, so nothing is kept ready for it. */
function above(
  key: RollupKey,
  cells: readonly Cell[],
  offset: number,
  slo: Slo | undefined,
): RollupDelta | undefined {
  const items = cells.flatMap((cell) => cell.items.filter((item) => item.offset > offset));
  const rest = finestCells(items, slo);
  return rest.length === 0 ? undefined : deltaOf(key, rest, slo);
}

const floorTo = (ms: number, widthMs: number): number => Math.floor(ms / widthMs) * widthMs;
