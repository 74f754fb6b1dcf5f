import { describe, expect, test } from "bun:test";
import { numberAt } from "../../../src/k8s/live-object.ts";
import { openApi } from "../api.ts";
import { replicasOf, until } from "../looks.ts";
import type { Stage } from "../stage.ts";
import { verify } from "../verified.ts";

const EVENTS = 5_000;
const MINUTES = 60_000;
/** Processors one at a time, in seconds where it would be minutes, so that out and in take a test and not a quarter of an hour. */
const brisk = { max: 2, scaleUpWindow: "10s", scaleDownWindow: "15s" };

/** What `ca3 verify --only scale` sees of processors that are scaled, and what it leaves behind. */
export function burstingSuite(stage: Stage): void {
  const scaler = async () => {
    const of = { kind: "HorizontalPodAutoscaler", namespace: "app", name: "processor" };
    const live = await stage.node.client.get({ apiVersion: "autoscaling/v2", ...of });
    const desired = numberAt(live, "status", "desiredReplicas");
    return { desired, ready: await replicasOf(stage, "processor"), status: live?.["status"] };
  };
  const counted = async () => {
    await using api = await openApi(stage);
    return (await api.team("ca3-verify-scale"))?.requests ?? 0;
  };
  const isBack = ({ desired, ready }: Awaited<ReturnType<typeof scaler>>) => desired === 1 && ready === 1;

  describe("ca3 verify --only scale", () => {
    test("is stopped in the middle, and all is as before by itself", async () => {
      stage.settings({ deploy: { processor: brisk }, producer: { rate: 5 } });
      const { code, err } = await stage.ca3("deploy app --yes");
      expect([code, err]).toEqual([0, expect.anything()]);
      await until("one processor is wanted", scaler, isBack, 5 * MINUTES);
      await using burst = stage.start("verify --cluster --only scale");
      await until("more are wanted", scaler, ({ desired }) => desired === 2, 3 * MINUTES);
      expect(await burst.interrupt()).toBe(130);
      expect(burst.out()).toContain("skip scale.processor: ");
      expect(burst.notes()).toContain("go back to 1 by themselves when they have used little for 15.0 s");
      expect((await stage.ca3("diff")).code).toBe(0);
      await until("one processor is wanted", scaler, isBack, 4 * MINUTES);
      await until("what was sent is counted", counted, (seen) => seen >= EVENTS);
      expect(await counted()).toBe(EVENTS);
    }, 900_000);

    test("sees them follow a burst, out and in, and nothing lost or doubled", async () => {
      const { code, having, problems, data } = await verify(stage, "scale");
      expect([code, problems, having("fail", "warn", "error", "skip")]).toEqual([0, {}, []]);
      expect(having("pass")).toContain("scale.processor");
      const course = data["scale.processor"] as { peaks: { name: string; now: number; target: number }[] };
      expect(course).toMatchObject({
        ...{ before: { desired: 1, ready: 1 }, most: { desired: 2, ready: 2 } },
        ...{ after: { desired: 1, ready: 1 } },
        ...{ events: EVENTS, counted: EVENTS, stored: EVENTS, behind: 0 },
        ...{ sent: expect.any(Number), drainedMs: expect.any(Number), backMs: expect.any(Number) },
      });
      const cpu = course.peaks.find(({ name }) => name === "cpu")!;
      expect(cpu.now).toBeGreaterThan(cpu.target);
      expect(await counted()).toBe(2 * EVENTS);
      expect((await stage.ca3("diff")).code).toBe(0);
    }, 900_000);
  });
}
