import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChartRepository, serveCharts } from "../charts.ts";
import { helmRecipe, makeArchive } from "../kit/images/archives.ts";
import { startHelmController } from "../kit/node/helm.ts";
import { isReady, podsOf, until } from "../looks.ts";
import type { Stage } from "../stage.ts";
import { saying, told, verify } from "../verified.ts";

/** Helm releases, by the controller that K3s has. The charts are small ones in the names of the real ones. */
export function releasingSuite(stage: Stage): void {
  describe("a Helm release", () => {
    let repository: ChartRepository;
    const ends: AsyncDisposable[] = [];
    const release = (mirror: string) =>
      stage.settings({ deploy: { secrets: { operator: true }, releases: { mirror } } });

    beforeAll(async () => {
      await stage.node.load([await makeArchive(stage.folder, helmRecipe)]);
      ends.push(await startHelmController(stage.node));
      repository = serveCharts(stage.node.enclosure.outside, ["external-secrets"]);
    }, 120_000);
    afterAll(async () => {
      repository?.[Symbol.dispose]();
      for (const one of ends) await one[Symbol.asyncDispose]();
    });

    test("that is broken is reported with what Helm said", async () => {
      release(repository.broken);
      const { code, err } = await stage.ca3("deploy platform monitoring --yes --deploy-timeout 2m");
      expect([code, err]).toEqual([1, expect.stringContaining("HelmChart ca3-system/external-secrets")]);
      expect(err).toContain("this chart is broken on purpose");
      expect(told(await verify(stage, "release"))).toEqual({
        "release.ready": saying(
          /^HelmChart ca3-system\/external-secrets is (waiting|failed): /,
          "ca3 status",
        ),
      });
    }, 180_000);

    test("is installed, and what it runs is ready", async () => {
      release(repository.good);
      const { code, err } = await stage.ca3("deploy platform monitoring --yes --deploy-timeout 3m");
      expect([code, err]).toEqual([0, expect.anything()]);
      const pods = await podsOf(stage, "external-secrets");
      expect(pods.map(isReady)).toEqual([true]);
      const second = await stage.ca3("deploy platform monitoring --yes");
      expect(second.out).toBe("nothing to do: cluster test has everything as it should be\n");
      expect(told(await verify(stage, "release"))).toEqual({});
    }, 240_000);

    test("goes with what it runs", async () => {
      const { code, err } = await stage.ca3("undeploy monitoring --yes");
      expect([code, err]).toEqual([0, expect.anything()]);
      await until(
        "its pods are gone",
        () => podsOf(stage, "external-secrets"),
        (pods) => pods.length === 0,
      );
      stage.settings();
      // Its namespaces stay, and nothing is in them that a policy would have to guard.
      await until(
        "all that is left is well",
        async () => told(await verify(stage, "security")),
        (seen) => Object.keys(seen).length === 0,
      );
    }, 240_000);
  });
}
