import { planFaults } from "./plan/plan.ts";
import { runWorld, type WorldResult } from "./run-world.ts";
import type { Program } from "./world/programs.ts";
import type { Stage } from "./world/stage.ts";

export type CampaignOptions = {
  readonly seed: number;
  readonly count: number;
  /** Faults per world: each world is judged when it is over. */
  readonly perWorld: number;
  readonly program?: Program;
  readonly keepLogs?: string | undefined;
  readonly say?: (line: string) => void;
  readonly enough?: AbortSignal;
};

/** World after world on the same servers; the faults of all of them come from one seed. */
export async function* campaign(stage: Stage, options: CampaignOptions): AsyncGenerator<WorldResult> {
  const { seed, count, perWorld, enough, say, keepLogs, program } = options;
  const faults = planFaults(seed, count);
  for (let from = 0; from < count && !enough?.aborted; from += perWorld) {
    const own = faults.slice(from, from + perWorld);
    yield await runWorld({
      ...{ stage, faults: own, seed: seed + from / perWorld, program, keepLogs, enough },
      ...(say ? { say } : {}),
    });
  }
}
