import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { startCa3 } from "../../helpers/cli.ts";
import { accepts, freePort, startService } from "../../services/process.ts";
import { withService } from "../../services/require.ts";
import { groups, panelQueries, ruleQueries } from "./queries.ts";

/** A real Prometheus with our rules that scrapes a real pipeline under load. */
async function scrapedPipeline() {
  const data = mkdtempSync(join(tmpdir(), "ca3-scraped-"));
  const [port, web] = [await freePort(), await freePort()];
  const pipeline = startCa3([
    "up",
    "--source",
    "synthetic",
    "--rate",
    "100",
    "--data",
    data,
    "--port",
    `${port}`,
  ]);
  const target = { targets: [`127.0.0.1:${port}`], labels: { namespace: "app" } };
  const prometheus = await startService({
    name: "prometheus",
    files: () => ({
      "rules.yaml": stringify({ groups }),
      "prometheus.yaml": stringify({
        global: { scrape_interval: "1s", evaluation_interval: "1s" },
        rule_files: ["rules.yaml"],
        scrape_configs: [{ job_name: "processor", static_configs: [target] }],
      }),
    }),
    command: (folder) => [
      ...[
        "prometheus",
        "--config.file",
        join(folder, "prometheus.yaml"),
        "--web.listen-address",
        `127.0.0.1:${web}`,
      ],
      ...["--storage.tsdb.path", join(folder, "data")],
    ],
    ready: async () => (await accepts(web)) && (await accepts(port)),
    timeoutMs: 120_000,
  });
  const query = async (expr: string) => {
    const answer = await fetch(`http://127.0.0.1:${web}/api/v1/query`, {
      method: "POST",
      body: new URLSearchParams({ query: expr }),
    });
    return (await answer.json()) as { status: string; error?: string; data?: { result: unknown[] } };
  };
  /** A person who looks: objectives about requests are about nothing without. */
  const ask = () => fetch(`http://127.0.0.1:${port}/api/v1/totals`).then((answer) => answer.arrayBuffer());
  return {
    ...{ query, ask },
    async [Symbol.asyncDispose]() {
      await prometheus[Symbol.asyncDispose]();
      pipeline.kill();
      await pipeline.exited;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Nothing of this is there without a cluster, without trouble, or within seconds. */
const emptyHere = /kube_|kubelet_|increase\(processor_dead_letter/;

await withService("prometheus", scrapedPipeline, ({ query, ask }) => {
  test("every query of the dashboards is answered, and with data where there is any", async () => {
    let waiting = panelQueries.filter(({ expr }) => !emptyHere.test(expr));
    const deadline = Date.now() + 100_000;
    while (waiting.length > 0 && Date.now() < deadline) {
      await ask();
      const answers = await Promise.all(waiting.map(async (one) => ({ one, answer: await query(one.expr) })));
      for (const { one, answer } of answers)
        if (answer.status !== "success") throw new Error(`${one.where}: ${answer.error}`);
      waiting = answers.filter(({ answer }) => answer.data!.result.length === 0).map(({ one }) => one);
      await Bun.sleep(500);
    }
    expect(waiting.map(({ where }) => where)).toEqual([]);
  }, 120_000);

  test("every other query is understood, too", async () => {
    for (const { where, expr } of [...ruleQueries, ...panelQueries])
      expect({ where, ...(await query(expr)) }).toMatchObject({ where, status: "success" });
  });
});
