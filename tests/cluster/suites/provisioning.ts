import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { resources } from "../../../src/k8s/client/resource.ts";
import { onTerminal } from "../../helpers/on-terminal.ts";
import { processAt } from "../../provision/rig.ts";
import { type Account, type Grounds, openAccount } from "../account.ts";
import { type ChartRepository, serveCharts } from "../charts.ts";
import { program } from "../kit/programs.ts";
import { isReady, podsOf, until } from "../looks.ts";
import { runProgram, startProgram } from "../program.ts";
import type { Ended, Stage } from "../stage.ts";

/** All that a cluster here cannot have: whoever enforces policies. */
const LACKS = "security.network-enforced";

/** From an empty account to a pipeline that is proven to work, and back to nothing, with the executable alone. */
export function provisioningSuite(stage: Stage, grounds: Grounds): void {
  const { client } = stage.node;

  describe("an empty account", () => {
    let account: Account;
    let charts: ChartRepository;
    let env: Readonly<Record<string, string>>;
    const ca3 = (line: string): Promise<Ended> =>
      runProgram([stage.program, ...line.split(" ")], { cwd: stage.home, env });
    /** The cluster of `ca3.yaml`: a control plane that runs everything, and a worker that takes only what asks for GPUs. */
    const settle = (cluster: object = {}) =>
      stage.settings({
        cluster: {
          ...{ ...account.cluster, ...cluster },
          workers: [{ name: "gpu", count: 1, type: "g4dn.xlarge", taints: ["gpu=true:NoSchedule"] }],
        },
        deploy: { secrets: { operator: true }, releases: { mirror: charts.good } },
      });

    beforeAll(async () => {
      account = await openAccount(stage.node, grounds);
      charts = serveCharts(stage.node.enclosure.outside, ["external-secrets"]);
      await client.delete({
        ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
        name: "helmcharts.helm.cattle.io",
      });
      // no Helm controller any more; there is a helm on PATH instead
      const bin = join(stage.folder, "bin");
      mkdirSync(bin, { recursive: true });
      symlinkSync(await program("helm"), join(bin, "helm"));
      env = {
        ...{ HOME: stage.home, PATH: `${bin}:${process.env["PATH"]}`, USER: "newcomer" },
        ...{ AWS_ENDPOINT_URL: account.url, AWS_EC2_METADATA_DISABLED: "true" },
        ...{ AWS_ACCESS_KEY_ID: "suite", AWS_SECRET_ACCESS_KEY: "suite" },
      };
      settle();
    }, 60_000);
    afterAll(async () => {
      charts?.[Symbol.dispose]();
      await account?.[Symbol.asyncDispose]();
    }, 60_000);

    test("has a cluster and the first parts of a deployment when Ctrl-C was typed", async () => {
      const words = "provision --deploy --yes --output ndjson".split(" ");
      await using run = startProgram([stage.program, ...words], { cwd: stage.home, env });
      await run.line(/"deploy.change","what":"create StatefulSet platform\/kafka"/);
      expect(await run.interrupt()).toBe(130);
      expect(run.out()).toContain('"step.failed","step":"deploy"');
    }, 240_000);

    test("becomes a pipeline that is proven to work, by the same command", async () => {
      const { code, out, err } = await ca3(
        `provision --deploy --yes --verify-within 4m --verify-skip ${LACKS}`,
      );
      expect({ code, out, err }).toMatchObject({ code: 0, out: "" });
      // what was there was taken as it was
      expect(err).not.toMatch(/^ {2}[+~-] /m);
      expect(err).not.toMatch(/create (Namespace|StatefulSet platform\/kafka)/);
      const done = [...err.matchAll(/^✓ (.+) \([\d.]+ s\)$/gm)].map(([, step]) => step);
      expect(done.slice(-5)).toEqual([
        ...["Workers", "All nodes are Ready", "Context in the kubeconfig"],
        ...["Deploy the pipeline", "Verify that it works"],
      ]);
      expect(err).toMatch(
        /^verified: \d+ pass, 0 fail, \d+ skip\nnext: ca3 tunnel dashboard --context ca3\n$/m,
      );
      const outcomes = [...err.matchAll(/^ {2}(pass|warn|skip|fail|error) (\S+)$/gm)];
      const having = (outcome: string) => outcomes.filter(([, one]) => one === outcome).map(([, , id]) => id);
      expect([having("fail"), having("error"), having("warn")]).toEqual([[], [], []]);
      expect(having("skip").every((id) => /^(metrics|logs)\./.test(id!))).toBe(true);
      expect(having("pass")).toEqual(expect.arrayContaining(["workflow.stored", "workflow.measured"]));
      expect(having("pass")).not.toContain(LACKS);
    }, 420_000);

    test("has all of it on the machines that were made: nodes, pods, and what helm installed", async () => {
      const { objects } = await client.list(resources.nodes);
      expect(objects.map(({ metadata }) => metadata.name).sort()).toEqual(["ca3-cp-1", "ca3-gpu-1"]);
      const pods = [
        ...(await podsOf(stage, "platform")),
        ...(await podsOf(stage, "app")),
        ...(await podsOf(stage, "external-secrets")),
      ];
      const ready = pods
        .filter(isReady)
        .map(({ metadata, spec }) => [
          metadata.labels?.["app.kubernetes.io/name"] ?? metadata.labels?.["app"],
          (spec as { nodeName?: string }).nodeName,
        ]);
      expect(ready.sort()).toEqual(
        ["external-secrets", "kafka", "mongo", "processor", "producers"].map((name) => [name, "ca3-cp-1"]),
      );
      // certificate and configuration are those of the addresses that AWS gave
      const config = JSON.parse(account.hosts.said("ca3-cp-1.config"));
      expect(config["tls-san"]).toEqual([
        expect.stringMatching(/^198\.18\./),
        expect.stringMatching(/^10\./),
      ]);
    });

    test("is no less proven through SSH alone: what is not is named, and nothing else", async () => {
      settle({ network: { ...account.cluster.network, api: "tunnel" } });
      let told = "";
      const { code, err } = await until(
        "only what this cluster lacks is left",
        async () => {
          const ended = await ca3("provision --deploy --yes --verify-within 1s");
          told += ended.err;
          return ended;
        },
        (ended) => ended.err.includes(`checks do not pass: ${LACKS}\n`),
      );
      expect({ code, err }).toMatchObject({ code: 3 });
      expect(err).toMatch(/^error: 1 of \d+ checks do not pass: security\.network-enforced$/m);
      expect(err).toEndWith("try: ca3 verify --context ca3\n  see: ca3 help errors CA3_NOT_PROVEN\n");
      expect(err).toContain("resume:  ca3 provision --deploy\n");
      expect([...told.matchAll(/^ {2}([+~-] \S+ \S+)/gm)].map(([, what]) => what)).toEqual([
        "~ group control",
      ]);
      const kubeconfig = readFileSync(join(stage.home, ".kube/config"), "utf8");
      expect(kubeconfig).toContain("ca3.dev/tunnel");
      expect(kubeconfig).toContain("server: https://127.0.0.1:6443");
    }, 240_000);

    describe.each(["builtin", "openssh"])("with the transport %s", (transport) => {
      test("runs commands on its machines, and shells", async () => {
        settle({ access: { transport } });
        const all = await ca3("exec -- cat /etc/hostname");
        expect(all).toMatchObject({ code: 0, out: "cp-1: ca3-cp-1\ngpu-1: ca3-gpu-1\n" });
        expect(await ca3("exec --node gpu-1 -- false")).toMatchObject({ code: 6 });
        expect(await ca3("ssh gpu-1 -- cat /etc/hostname")).toMatchObject({ code: 0, out: "ca3-gpu-1\n" });
        const around = { cwd: stage.home, env, cols: 91, rows: 33 };
        const typed = { "$ ": "stty size; exit 7\r" };
        const shell = await onTerminal([stage.program, "ssh", "gpu-1"], typed, around);
        expect(shell).toMatchObject({ code: 7, screen: expect.stringContaining("33 91") });
      }, 60_000);
    });

    test("is empty again after ca3 destroy", async () => {
      const ended = await ca3("destroy --yes --cluster ca3");
      expect(ended).toMatchObject({
        code: 0,
        err: expect.stringContaining("nothing in us-east-1 carries its tags"),
      });
      const { cloud, close } = processAt(account.url);
      expect(await cloud.tagged()).toEqual([]);
      close();
    }, 60_000);
  });
}
