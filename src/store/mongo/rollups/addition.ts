import type { RollupDelta } from "../../port.ts";
import type { StoredKey } from "./rollup-id.ts";

/** What is to be added to one stored rollup, under the promise of `RollupDelta`. */
export type Addition = Omit<RollupDelta, "key" | "since"> & {
  readonly key: StoredKey;
  since(offset: number): Addition | undefined;
};
