import type { GpuModelState } from "../gpu-model.ts";

/** Where a replay stands: so many events of this loop were given out. */
export type ReplayPosition = {
  /** Identity of the files and options; a position of others means nothing here. */
  readonly of: string;
  readonly run: string;
  readonly loop: number;
  readonly events: number;
  /** State of the modelled GPUs at the start of the loop. */
  readonly gpus?: GpuModelState;
};

export const encodePosition = (position: ReplayPosition): string => JSON.stringify(position);

/** The position a checkpoint names, or undefined when it is not one of this replay and the run starts at its beginning. */
export function decodePosition(
  checkpoint: string | undefined,
  of: string,
  run: string,
): ReplayPosition | undefined {
  if (checkpoint === undefined) return undefined;
  try {
    const position = JSON.parse(checkpoint) as Partial<ReplayPosition> | null;
    if (position?.of !== of || position.run !== run) return undefined;
    if (!isCount(position.loop) || !isCount(position.events)) return undefined;
    return position as ReplayPosition;
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
