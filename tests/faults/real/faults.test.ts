import { afterAll, expect, test } from "bun:test";
import { withService } from "../../services/require.ts";
import { campaign } from "./campaign.ts";
import { revealing } from "./plan/revealing.ts";
import { complaints, tally } from "./run-record.ts";
import { runWorld } from "./run-world.ts";
import { startStage } from "./world/stage.ts";

const COUNT = Number(process.env["CA3_FAULT_COUNT"] ?? 300);
const SEED = Number(process.env["CA3_FAULT_SEED"] ?? 1);
/** Most of the time is spent waiting for a busy machine. */
const PATIENCE_MS = 40 * 60_000;
/** A mistake may go by unnoticed when nothing happens where it matters. */
const WORLDS = 3;

await withService(
  "fault-stage",
  () => startStage(1),
  (stage) => {
    afterAll(() => stage[Symbol.asyncDispose]());

    test(
      `${COUNT} faults on real processes and servers (seed ${SEED}): nothing is lost, nothing is there twice, every sum is right`,
      async () => {
        let struck = 0;
        for await (const result of campaign(stage, { seed: SEED, count: COUNT, perWorld: 75 })) {
          expect({ seed: SEED, problems: complaints([result]) }).toEqual({ seed: SEED, problems: [] });
          struck += tally(result.outcomes).struck;
        }
        expect(struck).toBeGreaterThan(COUNT * 0.8);
      },
      PATIENCE_MS,
    );

    test.each(revealing)(
      "the suite notices when %s",
      async (mistake, faults) => {
        for (let seed = 1; seed <= WORLDS; seed++) {
          const { problems } = await runWorld({ stage, faults, seed, program: { mistake } });
          if (problems.length > 0) return;
        }
        throw new Error(`${WORLDS} worlds went by unnoticed`);
      },
      PATIENCE_MS,
    );
  },
);
