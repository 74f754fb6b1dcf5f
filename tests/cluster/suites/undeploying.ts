import { describe, expect, test } from "bun:test";
import { resources } from "../../../src/k8s/client/resource.ts";
import { podsOf, until } from "../looks.ts";
import type { Stage } from "../stage.ts";

/** From everything to data alone, and from there to nothing. */
export function undeployingSuite(stage: Stage): void {
  const { client } = stage.node;
  const ours = ["app", "platform", "ca3-system"];
  const namesOf = async (resource: (typeof resources)[keyof typeof resources]) =>
    (await client.list(resource)).objects.map(({ metadata }) => metadata.name);

  describe("ca3 undeploy", () => {
    test("leaves data, and says what it left", async () => {
      const { code, out, err } = await stage.ca3("undeploy --yes");
      expect([code, out]).toEqual([0, expect.stringMatching(/^removed \d+ objects from cluster test\n$/)]);
      for (const kept of ["PersistentVolumeClaim platform/data-kafka-0", "Secret app/api-token"])
        expect(err).toContain(`stays: ${kept}`);
      expect([...(await podsOf(stage, "app")), ...(await podsOf(stage, "platform"))]).toEqual([]);
      const claims = await client.list(resources.persistentVolumeClaims, { namespace: "platform" });
      expect(claims.objects.map(({ metadata }) => metadata.name).sort()).toEqual([
        "data-kafka-0",
        "data-mongo-0",
      ]);
    }, 180_000);

    test("wants the name of the context before it removes data", async () => {
      const { code, err } = await stage.ca3("undeploy --data");
      expect([code, err]).toEqual([8, expect.stringContaining("ca3 undeploy --data --confirm test")]);
      expect(await namesOf(resources.namespaces)).toEqual(expect.arrayContaining(["app", "platform"]));
    });

    test("leaves nothing when that was typed", async () => {
      const { code, err } = await stage.ca3("undeploy --data --confirm test");
      expect([code, err]).toEqual([0, expect.anything()]);
      const left = await namesOf(resources.namespaces);
      expect(left.filter((name) => ours.includes(name))).toEqual([]);
      await until(
        "the volumes are gone",
        async () => (await client.list(resources.persistentVolumeClaims)).objects.length,
        (count) => count === 0,
      );
      expect((await stage.ca3("undeploy --yes")).out).toBe("cluster test has nothing of ca3 to remove\n");
    }, 240_000);
  });
}
