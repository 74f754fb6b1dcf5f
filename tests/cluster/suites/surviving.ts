import { describe, expect, test } from "bun:test";
import { openApi, type TeamFigures } from "../api.ts";
import { isReady, podsOf, until } from "../looks.ts";
import { type Load, startLoad } from "../probe-load.ts";
import type { Stage } from "../stage.ts";

/** What each producer does, which is more than it may do without being helped: many events, sent almost one by one. */
const busy = { rate: 450, linger: "2ms" };

/** What happens to a cluster that is in use costs no event, and doubles none. */
export function survivingSuite(stage: Stage): void {
  /** The API is looked for anew each time: the pod that answered may be gone. */
  async function figuresOf(team: string): Promise<TeamFigures | undefined> {
    await using api = await openApi(stage);
    return await api.team(team);
  }
  describe("nothing is lost, and nothing counts twice", () => {
    const team = "counted";
    let load: Load;

    test("a changed setting is rolled out while events flow", async () => {
      load = await startLoad(stage, { team, events: 8_000, rate: 200 });
      await until(
        "the first events are stored",
        () => figuresOf(team),
        (seen) => (seen?.requests ?? 0) > 0,
      );
      const before = await podsOf(stage, "app", "processor");
      stage.settings({ processor: { maxBatchRecords: 1_500 }, producer: busy });
      const diff = await stage.ca3("diff");
      expect([diff.code, diff.out]).toEqual([3, expect.stringContaining("Deployment app/processor")]);
      const deployed = await stage.ca3("deploy app --yes");
      expect([deployed.code, deployed.out]).toEqual([0, expect.stringMatching(/: 2 changed\n$/)]);
      const after = await podsOf(stage, "app", "processor");
      const names = (pods: typeof after) => pods.filter(isReady).map(({ metadata }) => metadata.name);
      expect(names(after).filter((name) => names(before).includes(name))).toEqual([]);
    }, 240_000);

    test("pods of processor and Kafka are deleted while events flow", async () => {
      const gone = [
        ...(await podsOf(stage, "app", "processor")),
        ...(await podsOf(stage, "platform", "kafka")),
      ].filter(isReady);
      expect(await load.sent()).toBe(false);
      for (const { metadata } of gone) {
        const { namespace, name, uid } = metadata;
        await stage.node.client.delete(
          { apiVersion: "v1", kind: "Pod", namespace: namespace!, name },
          { uid },
        );
      }
      const isNew = ({ metadata }: (typeof gone)[number]) =>
        gone.every((one) => one.metadata.uid !== metadata.uid);
      for (const [namespace, name] of [
        ["app", "processor"],
        ["platform", "kafka"],
      ] as const)
        await until(
          `a new pod of ${name} is ready`,
          () => podsOf(stage, namespace, name),
          (pods) => pods.some((pod) => isNew(pod) && isReady(pod)),
        );
    }, 240_000);

    test("all that was sent is stored, exactly", async () => {
      await until("everything is sent", load.sent, Boolean);
      await until(
        "everything is stored",
        () => figuresOf(team),
        (seen) => (seen?.requests ?? 0) >= load.expected.requests,
      );
      // What would be doubled would come by now.
      await Bun.sleep(1_000);
      expect(await figuresOf(team)).toEqual(load.expected);
      await load.remove();
    }, 240_000);
  });
}
