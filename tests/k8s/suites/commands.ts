import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { ca3 } from "../../helpers/cli.ts";
import { addNode, freshName, openClient, resources } from "../open.ts";
import { pretendKubelet } from "../pretend-kubelet.ts";

/** The commands, from the words that are typed to what is printed, on a cluster without a kubelet. */
export function commandSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);
  const folder = mkdtempSync(join(tmpdir(), "ca3-deploy-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const names = { platform: freshName(), app: freshName(), monitoring: freshName(), logging: freshName() };
  const settings = (more: object = {}) =>
    writeFileSync(
      join(folder, "ca3.yaml"),
      JSON.stringify({
        deploy: { profile: "small", namespaces: names, monitoring: { enabled: false }, ...more },
      }),
    );
  const run = (line: string, more: Parameters<typeof ca3>[1] = {}) =>
    ca3(line, { cwd: folder, env: { KUBECONFIG: api.kubeconfig }, ...more });

  describe("the commands of a deployment", () => {
    beforeAll(async () => {
      settings();
      await addNode(client, "roomy", { cpu: "8", memory: "16Gi" });
      await client.apply({
        ...{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", provisioner: "example.com/none" },
        metadata: { name: "usual", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      });
    });

    test("diff says what would be made, and exits with 3", async () => {
      const { code, out, notes } = await run("diff");
      expect([code, notes.split("\n").at(-1)]).toEqual([
        3,
        expect.stringMatching(/^cluster test: \d+ to create$/),
      ]);
      expect(out).toContain(
        `+ create StatefulSet ${names.platform}/kafka (not checked: its namespace is created by this deployment)`,
      );
      expect(out).toContain(`+ create Secret ${names.platform}/`);
    });

    test("deploy without somebody to ask and without --yes changes nothing", async () => {
      const { code, notes } = await run("deploy");
      expect([code, notes.includes("try: ca3 deploy --yes")]).toEqual([8, true]);
      expect(await client.get({ apiVersion: "v1", kind: "Namespace", name: names.platform })).toBeUndefined();
    });

    test("deploy asks, and a no changes nothing", async () => {
      const { code, notes } = await run("deploy", { interactive: true, answers: ["n"] });
      expect([code, notes.includes("Do this in cluster test")]).toEqual([8, true]);
    });

    test("deploy makes it all, and a second one has nothing to do", async () => {
      const first = await run("deploy --yes --no-wait");
      expect(first.notes).toContain(`create Deployment ${names.app}/processor`);
      expect(first.notes).toContain(
        "warning: cluster.metrics-api: there is no APIService v1beta1.metrics.k8s.io; install metrics-server",
      );
      expect([first.code, first.out]).toEqual([
        0,
        expect.stringMatching(/^deployed to cluster test in .*: \d+ created$/),
      ]);
      const second = await run("deploy --yes --no-wait");
      expect([second.code, second.out]).toEqual([
        0,
        "nothing to do: cluster test has everything as it should be",
      ]);
      expect((await run("diff")).code).toBe(0);
    });

    test("a changed setting is shown field by field, and only that is changed", async () => {
      settings({ processor: { memoryLimit: "640Mi" } });
      const { code, out } = await run("diff --output json");
      const { steps } = JSON.parse(out) as { steps: { action: string; name: string; changes: unknown }[] };
      expect([code, steps.map(({ action, name }) => `${action} ${name}`)]).toEqual([3, ["update processor"]]);
      expect(steps[0]?.changes).toEqual([
        {
          path: "spec.template.spec.containers[processor].resources.limits.memory",
          before: "512Mi",
          after: "640Mi",
        },
      ]);
      const deployed = await run("deploy app --yes --no-wait");
      expect(deployed.out).toMatch(/: 1 changed$/);
    });

    test("what somebody else deploys while a person is asked is not done twice, nor what nobody agreed to", async () => {
      const replicas = (min: number, max: number) =>
        settings({ processor: { memoryLimit: "640Mi", min, max } });
      const meanwhile = (min: number, max: number) => async () => {
        replicas(min, max);
        const { code, out, notes } = await run("deploy app --yes --no-wait");
        expect([code, out, notes]).toEqual([0, expect.stringMatching(/: 1 changed$/), expect.anything()]);
        return "y";
      };
      const asked = async (answer: () => Promise<string>) => {
        replicas(1, 2);
        return await run("deploy app --no-wait", { interactive: true, answers: [answer] });
      };
      const other = await asked(meanwhile(2, 3));
      expect([other.code, other.notes]).toEqual([
        1,
        expect.stringContaining(
          "somebody else has changed the deployment in cluster test since you were asked",
        ),
      ]);
      expect((await asked(meanwhile(1, 2))).notes).toContain("since you were asked");
      settings({ processor: { memoryLimit: "640Mi" } });
      expect((await run("deploy app --yes --no-wait")).out).toMatch(/: 1 changed$/);
      expect((await run("diff")).code).toBe(0);
    });

    test("one part leaves the others alone", async () => {
      const { code, out, notes } = await run("deploy app --yes --no-wait");
      expect([code, out, notes]).toEqual([0, expect.stringContaining("nothing to do"), expect.anything()]);
      expect(
        await client.get({
          apiVersion: "apps/v1",
          kind: "StatefulSet",
          namespace: names.platform,
          name: "kafka",
        }),
      ).toBeDefined();
    });

    test("values of Secrets never appear", async () => {
      const { objects } = await client.list(resources.secrets, {
        namespace: names.platform,
      });
      const values = objects.flatMap((one) => Object.values((one["data"] ?? {}) as Record<string, string>));
      const printed = JSON.stringify([await run("diff"), await run("deploy --dry-run")]);
      expect(values.length).toBeGreaterThan(3);
      for (const value of values.filter((one) => one.length > 12)) {
        expect(printed).not.toContain(value);
        expect(printed).not.toContain(atob(value));
      }
    });

    test("status names what is not ready, and why, and exits with 3", async () => {
      const processor = new RegExp(`app +Deployment ${names.app}/processor +waiting +0/(\\d) +0 of \\1 pod`);
      // The controllers take their time to look; an autoscaler may still keep the number that a test before asked for.
      let status = await run("status");
      while (!processor.test(status.out)) status = await run("status");
      const { code, out } = status;
      expect(code).toBe(3);
      expect(out).toMatch(/cluster test: \d+ of \d+ objects are ready$/);
      const { objects, ready } = JSON.parse((await run("status --output json")).out);
      expect(ready).toBe(false);
      expect(objects).toContainEqual(
        expect.objectContaining({ kind: "StatefulSet", name: "kafka", part: "platform" }),
      );
    });

    test("logs of pods that have not begun say so", async () => {
      const { code, notes } = await run("logs processor --since 10m");
      expect([code, notes.includes("has no container of a pod named processor that has started")]).toEqual([
        1,
        true,
      ]);
    });

    test.each([
      ["logs --since soon", "--since: expected a time"],
      ["logs --grep [", "--grep: "],
      ["logs --tail none", "--tail: expected a number of lines"],
      ["tunnel dashboard --local-port x", "--local-port: expected a port"],
      ["undeploy app --data", "--data applies to all parts at once"],
      ["kubectl", "there is no kubectl command to run"],
    ])("%s is refused", async (line, message) => {
      const result = await run(line);
      expect([result.code, result.notes.includes(message)]).toEqual([2, true]);
    });

    test.each([
      ["dashboard", "no pod of dashboard is ready"],
      ["grafana", "has no grafana in namespace"],
    ])("a tunnel to %s that is not there says so", async (target, message) => {
      const { code, notes } = await run(`tunnel ${target}`);
      expect([code, notes.includes(message)]).toEqual([1, true]);
    });

    /** One of each of the two that keep data, which the controllers make a moment later. */
    async function claims(): Promise<string[]> {
      for (;;) {
        const { objects } = await client.list(resources.persistentVolumeClaims, {
          namespace: names.platform,
        });
        if (objects.length >= 2) return objects.map(({ metadata }) => metadata.uid).sort();
        await Bun.sleep(50);
      }
    }

    test("undeploy without somebody to ask removes nothing", async () => {
      const { code, notes } = await run("undeploy");
      expect([code, notes.includes("try: ca3 undeploy --yes")]).toEqual([8, true]);
      expect(await claims()).toHaveLength(2);
    });

    test("undeploy removes everything but data, and a deployment finds the data again", async () => {
      await using _kubelet = pretendKubelet(client);
      const before = await claims();
      const { code, out, notes } = await run("undeploy --yes");
      expect([code, out]).toEqual([0, expect.stringMatching(/^removed \d+ objects from cluster test$/)]);
      expect(notes).toContain(`stays: Namespace ${names.platform} (everything in it would go with it)`);
      expect(await claims()).toEqual(before);
      expect((await run("undeploy --yes")).out).toBe("cluster test has nothing of ca3 to remove");
      const again = await run("deploy --yes --no-wait");
      expect([again.code, again.notes.includes("created Secret")]).toEqual([0, false]);
    });

    test("undeploy --data wants the name of the context, and leaves nothing", async () => {
      await using _kubelet = pretendKubelet(client);
      const wrong = await run("undeploy --data", { interactive: true, answers: ["tset"] });
      expect([wrong.code, wrong.notes.includes("tset is not test; nothing was removed")]).toEqual([8, true]);
      expect((await run("undeploy --data --yes")).code).toBe(8);
      const { code, notes } = await run("undeploy --data --confirm test");
      expect([
        code,
        notes.includes(`to be removed, with its data: PersistentVolumeClaim ${names.platform}/`),
      ]).toEqual([0, true]);
      for (const name of [names.platform, names.app, "ca3-system"])
        expect(await client.get({ apiVersion: "v1", kind: "Namespace", name })).toBeUndefined();
    });

    test.each([
      ["a context that is not there", "diff --context nowhere", 2, "has no context nowhere; it has test"],
      [
        "a kubeconfig that is not there",
        "diff --kubeconfig no.yaml",
        2,
        "there is no kubeconfig: no.yaml does not exist",
      ],
    ])("%s is said at once", async (_what, line, code, message) => {
      const result = await run(line, {
        env: line.includes("kubeconfig") ? {} : { KUBECONFIG: api.kubeconfig },
      });
      expect([result.code, result.notes.includes(message)]).toEqual([code, true]);
    });
  });
}
