import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../entrypoints/rig.ts";
import { ca3 } from "../helpers/cli.ts";
import { until as untilWithin } from "../helpers/until.ts";
import { deployment, openClient, resources, setStatus } from "../k8s/open.ts";
import { withService } from "../services/require.ts";
import { PASSWORD, type Pipeline, secret, startPipeline, TOKEN } from "./in-cluster.ts";
import { grafanaSuite } from "./in-cluster-grafana.ts";
import { saying, told, verify } from "./verified.ts";

await withService("kubernetes-api", startPipeline, pipelineSuite);

function pipelineSuite(pipeline: Pipeline): void {
  const { api, client, streams, mongo, letIn, link, processor, around } = pipeline;
  const run = (...only: string[]) => verify(["--cluster", ...only.flatMap((one) => ["--only", one])], around);
  /** What a pod says that tried some addresses. */
  const tried = (answers: Record<string, string>) => {
    streams.onExec = (pod, command) => {
      expect([pod, command.slice(0, 3)]).toEqual([
        "processor-0",
        ["/usr/local/bin/ca3", "doctor", "network"],
      ]);
      const checks = command.slice(7).map((id) => {
        const [name = ""] = id.split(/[.:]/);
        return { id, data: { answer: answers[name] } };
      });
      return { code: 3, stdout: JSON.stringify({ checks }), stderr: "" };
    };
  };

  describe("ca3 verify of a pipeline in a cluster", () => {
    test("goes through the pods for Kafka, MongoDB and the API, and follows its events to the end", async () => {
      const { code, failed, problems, results } = await verify(
        [
          ...["--cluster", "--wait", "60s"],
          ...["kafka", "mongo", "processor", "producers", "workflow"].flatMap((area) => ["--only", area]),
        ],
        around,
      );
      expect([failed, problems, code]).toEqual([[], expect.anything(), 0]);
      expect(new Set(Object.values(results))).toEqual(new Set(["pass"]));
      expect(Object.keys(results)).toContain("workflow.measured");
    }, 180_000);

    test("servers elsewhere are reached with what their Secrets hold, which are named when it is refused", async () => {
      const cwd = join(around.cwd, "elsewhere");
      mkdirSync(cwd);
      const own = (secret: string) => ({ enabled: false, secret });
      writeFileSync(
        join(cwd, "ca3.yaml"),
        JSON.stringify({
          deploy: { kafka: own("own-kafka"), mongo: own("own-mongo") },
          kafka: { bootstrap: pipeline.brokers, sasl: "scram-sha-512", username: "ca3" },
        }),
      );
      const { name, password } = mongo.users.writer;
      const url = new URL(mongo.server.url);
      [url.username, url.password] = [name, encodeURIComponent(password)];
      url.searchParams.set("authSource", "admin");
      await client.apply(secret("own-kafka", { password: PASSWORD }));
      await client.apply(secret("own-mongo", { url: url.href }));
      const ask = () =>
        verify(["--cluster", "--only", "kafka.topics", "--only", "mongo.majority-write"], { ...around, cwd });
      const good = await ask();
      expect([good.problems, new Set(Object.values(good.results))]).toEqual([
        expect.anything(),
        new Set(["pass"]),
      ]);
      url.password = "another-one";
      await client.apply(secret("own-kafka", { password: "another one" }));
      await client.apply(secret("own-mongo", { url: url.href }));
      const { failed, problems } = await ask();
      expect(failed).toEqual(["kafka.reachable", "mongo.reachable"]);
      for (const [id, of] of Object.entries({
        "kafka.reachable": "own-kafka",
        "mongo.reachable": "own-mongo",
      }))
        expect(problems[id]![0]).toMatchObject({
          seen: expect.stringMatching(new RegExp(`; its password is that of Secret app/${of}$`)),
          do: `write what the server knows into Secret app/${of}`,
        });
    }, 60_000);

    test("who lets in everybody who knows an example is told of", async () => {
      await letIn("admin", "admin-secret");
      await mongo.asAdmin((admin) =>
        admin.db("admin").command({ createUser: "admin", pwd: "password", roles: [] }),
      );
      const said = await run("*.default-logins", "*.anonymous-refused");
      expect(told(said)).toEqual({
        "kafka.default-logins": saying(/^Kafka lets admin in with /, "give admin another password"),
        "mongo.default-logins": saying(/^MongoDB lets admin in with /, "give admin another password"),
      });
      expect(said.problems["kafka.default-logins"]).toHaveLength(1);
    }, 120_000);

    test("a processor whose store is away is told by what it counts and by what it says of itself", async () => {
      const ready = () => until("all is well", async () => (await run("processor")).failed.length === 0);
      const away = async () => {
        await ready();
        await link.refuse();
        const look = () => run("processor", "mongo.majority-write");
        let seen = await look();
        for (let more = 3; more > 0 && seen.failed.length < 2; more--) seen = await look();
        await link.heal();
        return seen;
      };
      // It tries more and more rarely, so whoever looks late sees no write fail: the store goes away anew then.
      let seen = await away();
      while (seen.failed.length < 2) seen = await away();
      expect(told(seen)).toEqual({
        "processor.ready": saying(/^store: /, "ca3 logs"),
        "processor.writes": saying(/^\d+ writes failed in 2 s$/, "ca3 logs"),
      });
      await ready();
      expect(told(await run("processor"))).toEqual({
        "processor.writes": saying(/^\d+ writes have failed since it started$/, "ca3 logs"),
      });
    }, 180_000);

    test("a cluster that does not enforce policies is told of, one that does passes, and doubt is no pass", async () => {
      const id = "security.network-enforced";
      tried({ kafka: "open", "kafka-0": "open", kubernetes: "silent" });
      const open = await run(id);
      expect(told(open)).toEqual({
        "security.network-enforced": saying(
          /^Pod app\/processor-0 reaches kafka-0\.kafka-peers\.platform\.svc\.cluster\.local:9093, which no NetworkPolicy allows: the cluster accepts NetworkPolicies and does not enforce them$/,
          "run a network plugin that enforces them",
        ),
      });
      expect(open.problems[id]).toHaveLength(1);
      tried({ kafka: "open", "kafka-0": "silent", kubernetes: "refused" });
      expect((await run(id)).results[id]).toBe("pass");
      tried({ kafka: "silent", "kafka-0": "silent", kubernetes: "silent" });
      expect((await run(id)).results[id]).toBe("skip");
      tried({ kafka: "open", "kafka-0": "no-name", kubernetes: "silent" });
      expect((await run(id)).results[id]).toBe("skip");
      streams.onExec = () => ({ code: 2, stdout: "", stderr: "error: unknown command network" });
      const old = await run(id);
      expect([old.failed, old.problems[id]![0]!.seen]).toEqual([
        [id],
        "Pod app/processor-0 could not try: ca3 doctor network ended with 2: error: unknown command network",
      ]);
    }, 60_000);

    grafanaSuite(pipeline);

    describe("a burst", () => {
      const place = { namespace: "app", name: "processor" };
      const at = (window: number) => ({ stabilizationWindowSeconds: window });
      const scaler = {
        ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: place },
        spec: {
          ...{ minReplicas: 1, maxReplicas: 3, behavior: { scaleUp: at(0), scaleDown: at(1) } },
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "processor" },
          metrics: [
            {
              ...{ type: "Resource" },
              resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
            },
          ],
        },
      };
      const workload = deployment("app", "processor", 1);
      /** So many are wanted and ready, which use so much of what is requested, in percent. */
      const replicas = async (count: number, averageUtilization: number) => {
        const conditions = ["AbleToScale", "ScalingActive"].map((type) => ({
          ...{ type, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
        }));
        const current = { averageUtilization, averageValue: "1" };
        const currentMetrics = [{ type: "Resource", resource: { name: "cpu", current } }];
        const status = { desiredReplicas: count, currentReplicas: count, conditions, currentMetrics };
        await setStatus(client, scaler, status);
        await setStatus(client, workload, { replicas: count, readyReplicas: count });
      };
      const counted = async () => {
        const headers = { authorization: `Bearer ${TOKEN}` };
        const { groups } = (await (await processor.get("/api/v1/groups?by=team", headers)).json()) as {
          groups: { key: string; requests: number }[];
        };
        return groups.find(({ key }) => key === "ca3-verify-scale")?.requests ?? 0;
      };
      const shown: string[] = [];
      const scale = (env: Record<string, string>) => {
        shown.length = 0;
        const onStatus = (text: string) => void shown.push(text);
        return verify(["--cluster", "--only", "scale"], {
          ...around,
          env: { ...around.env, ...env },
          onStatus,
        });
      };
      /** The autoscaler follows what verify says it does: what came and went between two of its looks would not be seen. */
      const once = (text: string) =>
        untilWithin(`it shows ${text}`, () => shown.some((one) => one.includes(text)), 150_000);
      const problem = ({ problems }: Awaited<ReturnType<typeof scale>>) => problems["scale.processor"]![0];

      test("is sent, stored and counted once each, and its replicas are watched until they are back", async () => {
        for (const one of [workload, scaler]) await client.apply(one);
        // What scales by itself would count as an answer: that is waited for.
        await replicas(2, 5);
        const calm = Bun.sleep(2_000).then(() => replicas(1, 5));
        const scaled = scale({});
        await once("sending until more are wanted");
        await replicas(2, 200);
        await once("waiting until all is as before");
        await replicas(1, 5);
        const seen = await scaled;
        await calm;
        expect([problem(seen), seen.results["scale.processor"], seen.code]).toEqual([undefined, "pass", 0]);
        expect(seen.data["scale.processor"]).toMatchObject({
          ...{ before: { desired: 1, ready: 1 }, most: { desired: 2, ready: 2 } },
          ...{ after: { desired: 1, ready: 1 }, peaks: [{ name: "cpu", now: 200, target: 70 }] },
          ...{ events: 5_000, counted: 5_000, stored: 5_000, behind: 0 },
        });
      }, 180_000);

      test("that processors stay for is told of, with what keeps them", async () => {
        const before = await counted();
        const scaled = scale({ CA3_VERIFY_SETTLE: "3s" });
        await once("sending until more are wanted");
        await replicas(2, 50);
        const seen = await scaled;
        expect(problem(seen)).toMatchObject({
          seen: expect.stringMatching(/^2 processors are wanted and 2 ready still, .*: cpu 50 % of 70 %$/),
          do: expect.stringContaining("raise deploy.processor.cpuRequest"),
        });
        expect([seen.results["scale.processor"], await counted()]).toEqual(["fail", before + 5_000]);
      }, 180_000);

      test("is not sent when no more processors may be added", async () => {
        const before = await counted();
        await replicas(3, 200);
        const seen = await scale({});
        expect(problem(seen)).toMatchObject({
          seen: "3 processors are wanted already, and 3 are the most",
          do: expect.stringContaining("deploy.processor.max"),
        });
        expect([seen.code, await counted()]).toEqual([3, before]);
        await client.delete({ ...scaler, ...place });
      }, 60_000);
    });

    test("evidence holds objects, events and logs, and no secret", async () => {
      streams.log = `2026-01-01T00:00:00.000000000Z signed in with ${PASSWORD} at mongodb://ca3:word@mongo\n`;
      const read = (file: string) => Bun.file(join(around.cwd, "evidence", file)).text();
      const { notes } = await ca3(
        ["verify", "--cluster", "--only", "cluster", "--evidence", "evidence"],
        around,
      );
      expect(notes).toContain("files of evidence, without secrets, are in evidence");
      expect(JSON.parse(await read("results.json")).checks[0].id).toBe("cluster.api");
      expect(await read("app/logs/processor-0.processor.log")).toBe(
        "2026-01-01T00:00:00.000000000Z signed in with [redacted] at mongodb://[redacted]@mongo\n",
      );
      expect(await read("app/secrets.txt")).toContain("kafka-client: password\n");
      expect(JSON.parse(await read("platform/objects.json"))[0]).toMatchObject({ kind: "Pod" });
      for await (const file of new Bun.Glob("evidence/**").scan(around.cwd)) {
        const text = await Bun.file(join(around.cwd, file)).text();
        for (const secret of [PASSWORD, TOKEN, btoa(TOKEN)]) expect(text).not.toContain(secret);
      }
      const again = await ca3(["verify", "--cluster", "--only", "cluster", "--evidence", "evidence"], around);
      expect([again.code, again.notes]).toEqual([1, expect.stringContaining("evidence is there already")]);
      await ca3(["verify", "--cluster", "--only", "cluster", "--evidence", "kept/all.tgz"], around);
      const packed = new Bun.Archive(await Bun.file(join(around.cwd, "kept/all.tgz")).bytes());
      expect([...(await packed.files()).keys()]).toContain("app/logs/processor-0.processor.log");
    }, 60_000);

    test("who may not open tunnels is told which right is missing", async () => {
      const user = await api.issue({ name: "looker" });
      const KUBECONFIG = api.configFor("looker.yaml", { user });
      await client.apply({
        ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "look" } },
        rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] }],
      });
      await client.apply({
        ...{
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "ClusterRoleBinding",
          metadata: { name: "look" },
        },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "look" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "looker" }],
      });
      const looker = openClient(KUBECONFIG);
      // The API server learns of a new role a moment later.
      await until("the role holds", async () => (await looker.list(resources.pods)).objects.length > 0);
      const { failed, problems } = await verify(["--cluster", "--only", "processor.health"], {
        ...around,
        env: { KUBECONFIG },
      });
      expect(failed).toEqual(["processor.health"]);
      expect(problems["processor.health"]![0]!.seen).toContain(
        "user looker may not create pods/portforward in namespace app",
      );
    }, 60_000);
  });
}
