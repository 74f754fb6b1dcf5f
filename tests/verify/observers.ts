import { renameSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { groups } from "../k8s/rules/queries.ts";
import { accepts, freePort, type Service, startService } from "../services/process.ts";

export type Rules = readonly { readonly name: string; readonly rules: readonly object[] }[];

/** A real Prometheus with our rules and a real Alertmanager; what they look at is a test's to say. */
export type Observers = AsyncDisposable & {
  readonly address: string;
  readonly ports: { readonly prometheus: number; readonly alertmanager: number };
  /** Addresses that Prometheus scrapes, each as one of the namespace of the services. */
  scrape(...addresses: readonly string[]): void;
  /** Where Prometheus sends alerts. */
  send(...addresses: readonly string[]): void;
  /** Other rules in place of ours. */
  rules(groups: Rules): void;
  readonly prometheus: Service;
  readonly alertmanager: Service;
};

export const ourRules: Rules = groups;

/** An address of this machine that the API server leads to, which it does not to a loopback one. */
function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  const found = all.find((one) => one?.family === "IPv4" && !one.internal);
  if (found === undefined) throw new Error("this machine has no address but the loopback one");
  return found.address;
}

const soon = { refresh_interval: "1s" };
const CONFIG = {
  global: { scrape_interval: "1s", evaluation_interval: "1s" },
  rule_files: ["rules.yaml"],
  alerting: { alertmanagers: [{ file_sd_configs: [{ files: ["alertmanagers.json"], ...soon }] }] },
  scrape_configs: [{ job_name: "services", file_sd_configs: [{ files: ["targets.json"], ...soon }] }],
};
const targets = (addresses: readonly string[]) =>
  JSON.stringify([{ targets: addresses, labels: { namespace: "app" } }]);

export async function startObservers(): Promise<Observers> {
  const address = outerAddress();
  const ports = { prometheus: await freePort(), alertmanager: await freePort() };
  await using stack = new AsyncDisposableStack();
  const alertmanager = stack.use(
    await startService({
      name: "alertmanager",
      files: () => ({
        "config.yaml": stringify({ route: { receiver: "nobody" }, receivers: [{ name: "nobody" }] }),
      }),
      command: (folder) => [
        ...["prometheus-alertmanager", "--config.file", "config.yaml", "--cluster.listen-address="],
        ...["--web.listen-address", `${address}:${ports.alertmanager}`, "--storage.path", folder],
      ],
      ready: () => accepts(ports.alertmanager, address),
    }),
  );
  const prometheus = stack.use(
    await startService({
      name: "prometheus",
      files: () => ({
        "prometheus.yaml": stringify(CONFIG),
        "rules.yaml": stringify({ groups }),
        "targets.json": targets([]),
        "alertmanagers.json": targets([]),
      }),
      command: (folder) => [
        ...["prometheus", "--config.file", "prometheus.yaml"],
        ...["--web.listen-address", `${address}:${ports.prometheus}`],
        ...["--storage.tsdb.path", join(folder, "data")],
      ],
      ready: () => accepts(ports.prometheus, address),
      timeoutMs: 120_000,
    }),
  );
  /** In one step, so that nobody reads half of it. */
  const write = (name: string, text: string) => {
    const path = join(prometheus.folder, name);
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  const owned = stack.move();
  return {
    ...{ address, ports, prometheus, alertmanager },
    scrape: (...addresses) => write("targets.json", targets(addresses)),
    send: (...addresses) => write("alertmanagers.json", targets(addresses)),
    rules(changed) {
      write("rules.yaml", stringify({ groups: changed }));
      process.kill(prometheus.pid, "SIGHUP");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
