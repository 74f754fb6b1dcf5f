import { describe, expect, test } from "bun:test";
import { numberAt } from "../../../src/k8s/live-object.ts";
import { setAs } from "../../k8s/open.ts";
import { until } from "../looks.ts";
import type { Stage } from "../stage.ts";

const autoscaler = {
  ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
  metadata: { namespace: "app", name: "producers" },
};

/** The whole loop: use is measured, the autoscaler decides, pods come and go. The suite before it made them busy. */
export function scalingSuite(stage: Stage): void {
  const { client } = stage.node;
  const producers = async () => {
    const live = await client.get({
      ...{ apiVersion: "apps/v1", kind: "Deployment", namespace: "app", name: "producers" },
    });
    return numberAt(live, "status", "readyReplicas") ?? 0;
  };
  /** With what the autoscaler sees, which says why when the number is not what it should be. */
  const decided = async () => {
    const { apiVersion, kind, metadata } = autoscaler;
    const { status } = { ...(await client.get({ apiVersion, kind, ...metadata })) };
    return { ready: await producers(), autoscaler: status };
  };
  const atRate = async (rate: number, words = "") => {
    stage.settings({ producer: { rate } });
    const { code, err } = await stage.ca3(`deploy app --yes ${words}`);
    expect([code, err]).toEqual([0, expect.anything()]);
  };
  /** By itself it waits two minutes before it takes a pod away, which the tests do not. */
  const hurry = () => {
    const windows = { scaleUp: 0, scaleDown: 5 };
    const behavior = Object.fromEntries(
      Object.entries(windows).map(([way, stabilizationWindowSeconds]) => [
        way,
        { stabilizationWindowSeconds },
      ]),
    );
    return setAs(client, "somebody in a hurry", autoscaler, { spec: { behavior } });
  };

  describe("producers", () => {
    test("are more when they have more to do, as they have had for a while", async () => {
      await until("there are more producers", decided, ({ ready }) => ready > 1);
    }, 240_000);

    test("keep what somebody else has set, until that is taken", async () => {
      await hurry();
      stage.settings({ producer: { rate: 5 } });
      const { code, err } = await stage.ca3("deploy app --yes");
      expect([code, err]).toEqual([1, expect.stringContaining("belongs to somebody in a hurry")]);
      await atRate(5, "--force");
    }, 120_000);

    test("are fewer again when they have less to do", async () => {
      await hurry();
      await until("there is one producer", decided, ({ ready }) => ready === 1, 180_000);
      await atRate(5, "--force");
      expect((await stage.ca3("diff")).code).toBe(0);
    }, 240_000);
  });
}
