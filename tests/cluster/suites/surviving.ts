import { describe, expect, test } from "bun:test";
import { openApi, type TeamFigures } from "../api.ts";
import { isReady, podsOf, until } from "../looks.ts";
import { type Load, startLoad } from "../probe-load.ts";
import type { Stage } from "../stage.ts";

/** What happens to a cluster that is in use costs no event, and doubles none. */
export function survivingSuite(stage: Stage): void {
  /** All that was sent is stored, exactly. The API is looked for anew: the pod that answered may be gone. */
  async function isStoredExactly(team: string, { expected, sent }: Load): Promise<void> {
    await until("everything is sent", sent, Boolean);
    const ask = async (): Promise<TeamFigures | undefined> => {
      await using api = await openApi(stage);
      return await api.team(team);
    };
    await until("everything is stored", ask, (seen) => (seen?.requests ?? 0) >= expected.requests, 60_000);
    // What would be doubled would come by now.
    await Bun.sleep(1_000);
    expect(await ask()).toEqual(expected);
  }

  describe("nothing is lost, and nothing counts twice", () => {
    test("when a changed setting is rolled out", async () => {
      const load = await startLoad(stage, { team: "during-rollout", events: 3_000, rate: 200 });
      const before = await podsOf(stage, "app", "processor");
      stage.settings({ processor: { maxBatchRecords: 1_500 } });
      const diff = await stage.ca3("diff");
      expect([diff.code, diff.out]).toEqual([3, expect.stringContaining("Deployment app/processor")]);
      const deployed = await stage.ca3("deploy app --yes");
      expect([deployed.code, deployed.out]).toEqual([0, expect.stringMatching(/: 1 changed\n$/)]);
      const after = await podsOf(stage, "app", "processor");
      const names = (pods: typeof after) => pods.filter(isReady).map(({ metadata }) => metadata.name);
      expect(names(after).filter((name) => names(before).includes(name))).toEqual([]);
      await isStoredExactly("during-rollout", load);
    }, 240_000);

    test("when pods of processor and Kafka are deleted", async () => {
      const load = await startLoad(stage, { team: "during-loss", events: 3_000, rate: 200 });
      const [processor] = await podsOf(stage, "app", "processor");
      const [kafka] = await podsOf(stage, "platform", "kafka");
      for (const { metadata } of [processor!, kafka!]) {
        const { namespace, name, uid } = metadata;
        await stage.node.client.delete(
          { apiVersion: "v1", kind: "Pod", namespace: namespace!, name },
          { uid },
        );
      }
      await until(
        "new ones are ready",
        async () => [...(await podsOf(stage, "app")), ...(await podsOf(stage, "platform", "kafka"))],
        (pods) => {
          const others = pods.filter(
            ({ metadata }) => ![processor!.metadata.uid, kafka!.metadata.uid].includes(metadata.uid),
          );
          return ["processor", "kafka"].every((name) =>
            others.some((pod) => pod.metadata.labels?.["app.kubernetes.io/name"] === name && isReady(pod)),
          );
        },
      );
      await isStoredExactly("during-loss", load);
    }, 240_000);
  });
}
