import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApiServer } from "../cluster/kit/api-server.ts";
import { openClient } from "../k8s/open.ts";
import { withService } from "../services/require.ts";
import { ourRules, type Rules, startObservers } from "./observers.ts";
import { pretendLoki } from "./pretend-loki.ts";
import { podAt, serviceAt } from "./stand-in.ts";
import { saying, told, verify } from "./verified.ts";

/** Behind Services of a real API server: a real Prometheus and Alertmanager, and what speaks like Loki. */
async function observedCluster() {
  await using stack = new AsyncDisposableStack();
  const observers = stack.use(await startObservers());
  const api = stack.use(await startApiServer());
  const cwd = mkdtempSync(join(tmpdir(), "ca3-observed-"));
  stack.defer(() => rmSync(cwd, { recursive: true }));
  const client = openClient(api.kubeconfig);
  const { address, ports } = observers;
  const loki = pretendLoki(address);
  stack.defer(() => void loki.stop());
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "monitoring" } });
  await podAt(client, address);
  const chart = "kube-prometheus-stack";
  for (const [name, port, labels] of [
    ["prometheus", ports.prometheus, { app: `${chart}-prometheus` }],
    ["alertmanager", ports.alertmanager, { app: `${chart}-alertmanager` }],
    ["loki", loki.port, { "app.kubernetes.io/name": "loki" }],
  ] as const)
    await serviceAt(client, { name, labels, address, port });
  const owned = stack.move();
  const around = { cwd, env: { KUBECONFIG: api.kubeconfig } };
  return {
    ...{ client, observers, loki, around },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

await withService("prometheus", observedCluster, ({ client, observers, loki, around }) => {
  const ask = (...only: string[]) => verify(["--cluster", ...only.flatMap((one) => ["--only", one])], around);
  const all = () => ask("metrics.prometheus", "metrics.alerts", "logs");
  /** Asks until just these checks are not well. */
  async function becomes(want: Readonly<Record<string, string[]>>, asked = all): Promise<void> {
    let now = told(await asked());
    while (!Bun.deepEquals(Object.keys(now), Object.keys(want))) now = told(await asked());
    expect(now).toEqual(want);
  }
  const exporter = (port = 0) =>
    Bun.serve({ port, hostname: "127.0.0.1", fetch: () => new Response("some_total 1\n") });
  const { address, ports } = observers;
  const receiver = `${address}:${ports.alertmanager}`;
  let target = exporter();

  test("what is scraped, evaluated, sent and logged is well, and nothing else is", async () => {
    const seen = await ask("metrics", "logs");
    expect([seen.results["metrics.grafana-login"], told(seen)]).toEqual([
      "skip",
      {
        "metrics.prometheus": saying(/^Prometheus has no target in namespace app$/, "get servicemonitors"),
        "metrics.alerts": expect.anything(),
        "logs.loki": saying(/^Loki has no line of namespace app of the last five minutes$/, "alloy"),
      },
    ]);
    observers.scrape(`127.0.0.1:${target.port}`);
    observers.send(receiver);
    await loki.push("app", 1_000, "a line", "another one");
    await loki.push("elsewhere", 1_000, "of somebody else");
    await becomes({});
    expect(new Set(Object.values((await all()).results))).toEqual(new Set(["pass"]));
  }, 120_000);

  test("what Prometheus does not reach is told with the reason that it gives", async () => {
    const { port } = target;
    await target.stop(true);
    await becomes({
      "metrics.prometheus": saying(
        /^http:\/\/127\.0\.0\.1:\d+\/metrics is down: .*connection refused/,
        "does a NetworkPolicy keep Prometheus out?",
      ),
    });
    target = exporter(port);
    await becomes({});
  }, 120_000);

  test("rules that are missing, or cannot be evaluated, are told of", async () => {
    observers.rules(ourRules.filter(({ name }) => name !== "ca3-pipeline"));
    await becomes({
      "metrics.alerts": saying(
        /^Prometheus has \d+ of \d+ groups of rules; ca3-pipeline is not among them$/,
        "ca3 diff",
      ),
    });
    // Nobody who checks the file sees what is wrong with it.
    const broken = { alert: "Ca3ProcessorDown", expr: 'label_replace(vector(1), "a", "$1", "b", "(")' };
    const changed: Rules = ourRules.map((one) =>
      one.name === "ca3-pipeline" ? { ...one, rules: [broken] } : one,
    );
    observers.rules(changed);
    await becomes({
      "metrics.alerts": saying(/^rule Ca3ProcessorDown is (err|unknown): /, "ca3 deploy --force"),
    });
    observers.rules(ourRules);
    await becomes({});
  }, 120_000);

  test("alerts that go nowhere are told of", async () => {
    observers.send();
    await becomes({
      "metrics.alerts": saying(
        /^Prometheus knows no Alertmanager, so alerts go nowhere$/,
        "does Alertmanager run?",
      ),
    });
    observers.send(receiver);
    await becomes({});
    await observers.alertmanager.kill();
    await becomes({
      "metrics.alerts": saying(
        /^nobody answers for Service monitoring\/alertmanager: .*refused/,
        "ca3 status",
      ),
    });
  }, 120_000);

  test("lines of long ago, and those of others, are no lines", async () => {
    const asked = () => ask("logs");
    loki.forget();
    await loki.push("app", 400_000, "of long ago");
    await loki.push("elsewhere", 1_000, "of somebody else");
    await becomes({ "logs.loki": saying(/^Loki has no line of namespace app /, "ca3 status") }, asked);
    await loki.stop();
    await becomes(
      { "logs.loki": saying(/^nobody answers for Service monitoring\/loki: /, "ca3 status") },
      asked,
    );
  }, 120_000);

  test("a Prometheus that has ended, or has no pod, is told of", async () => {
    const gone = (seen: RegExp) => ({
      "metrics.prometheus": saying(seen, "ca3 status"),
      "metrics.alerts": saying(seen, "ca3 status"),
    });
    const asked = () => ask("metrics");
    await observers.prometheus.kill();
    await becomes(gone(/^nobody answers for Service monitoring\/prometheus: .*refused/), asked);
    const place = { namespace: "monitoring", name: "prometheus" };
    await client.apply({ apiVersion: "v1", kind: "Endpoints", metadata: place });
    let now = told(await asked());
    // The API server learns of it a moment later.
    while (/refused/.test(now["metrics.prometheus"]![0]!)) now = told(await asked());
    expect(now).toEqual(gone(/^nobody answers for Service monitoring\/prometheus: no endpoints available/));
  }, 120_000);
});
