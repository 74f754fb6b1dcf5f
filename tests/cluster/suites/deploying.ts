import { describe, expect, test } from "bun:test";
import { resources } from "../../../src/k8s/client/resource.ts";
import { textAt } from "../../../src/k8s/live-object.ts";
import { openApi } from "../api.ts";
import { isReady, podsOf, until } from "../looks.ts";
import type { Stage } from "../stage.ts";

/** From an empty cluster to events that are stored. */
export function deployingSuite(stage: Stage): void {
  describe("ca3 deploy", () => {
    test("brings everything onto an empty cluster, each phase ready before the next", async () => {
      stage.settings();
      expect((await stage.ca3("diff")).code).toBe(3);
      const { code, out, err } = await stage.ca3("deploy --yes --deploy-timeout 4m");
      expect({ code, out, err }).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^deployed to cluster test in .*: \d+ created\n$/),
      });
    }, 300_000);

    test("runs every pod under the restricted policy, which lets no other in", async () => {
      const pods = [...(await podsOf(stage, "platform")), ...(await podsOf(stage, "app"))];
      const states = pods.map((pod) => [
        pod.metadata.labels?.["app.kubernetes.io/name"],
        textAt(pod, "status", "phase"),
        isReady(pod),
      ]);
      expect(states.sort()).toEqual([
        ["kafka", "Running", true],
        ["kafka-setup", "Succeeded", false],
        ["mongo", "Running", true],
        ["mongo-setup", "Succeeded", false],
        ["processor", "Running", true],
        ["producers", "Running", true],
      ]);
      const { objects } = await stage.node.client.list(resources.namespaces);
      const levels = objects
        .filter(({ metadata }) => ["app", "platform"].includes(metadata.name))
        .map(({ metadata }) => metadata.labels?.["pod-security.kubernetes.io/enforce"]);
      expect(levels).toEqual(["restricted", "restricted"]);
      const asRoot = stage.node.client.create({
        ...{ apiVersion: "v1", kind: "Pod", metadata: { namespace: "app", name: "as-root" } },
        spec: { containers: [{ name: "main", image: "ca3.test/tools:1" }] },
      });
      await expect(asRoot).rejects.toThrow(/violates PodSecurity "restricted:v1.33"/);
    });

    test("lets events flow into the store", async () => {
      await using api = await openApi(stage);
      const before = await api.get("/api/v1/totals");
      expect(before.status).toBe(200);
      const count = async () =>
        ((await (await api.get("/api/v1/totals")).json()) as { totals: { requests: number } }).totals
          .requests;
      const first = await until("requests are stored", count, (requests) => requests > 0);
      await until("more of them are", count, (requests) => requests > first);
    }, 150_000);

    test("has nothing to do the second time, and says so", async () => {
      const second = await stage.ca3("deploy --yes");
      expect([second.code, second.out]).toEqual([
        0,
        "nothing to do: cluster test has everything as it should be\n",
      ]);
      expect(await stage.ca3("diff")).toMatchObject({ code: 0 });
      const status = await stage.ca3("status");
      expect([status.code, status.out]).toEqual([0, expect.stringMatching(/(\d+) of \1 objects are ready/)]);
    });
  });
}
