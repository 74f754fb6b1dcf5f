import { describe, expect, test } from "bun:test";
import { labels } from "../../../src/k8s/manifests/labels.ts";
import { podsOf } from "../pods.ts";
import { objectsIn, scenarios, stagesFor } from "../wishes.ts";
import { connects, type End } from "./connections.ts";

const pod = (namespace: string, name: string): End => ({ namespace, labels: labels(name) });
const dns: End = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
const stranger = pod("default", "stranger");
const internet: End = { address: "203.0.113.7" };
const cloudCredentials: End = { address: "169.254.169.254" };

const objectsOf = async (scenario: keyof typeof scenarios) => {
  const { yaml, facts } = scenarios[scenario]!;
  return objectsIn(await stagesFor(yaml, facts));
};

const needed: readonly (readonly [string, End, End, number])[] = [
  ["standard", pod("app", "processor"), pod("platform", "kafka"), 9092],
  ["standard", pod("app", "processor"), pod("platform", "mongo"), 27017],
  ["standard", pod("app", "producers"), pod("platform", "kafka"), 9092],
  ["standard", pod("platform", "kafka-setup"), pod("platform", "kafka"), 9092],
  ["standard", pod("platform", "mongo-setup"), pod("platform", "mongo"), 27017],
  ["standard", pod("monitoring", "prometheus"), pod("app", "processor"), 8080],
  ["standard", pod("monitoring", "prometheus"), pod("app", "producers"), 8080],
  ["standard", pod("monitoring", "prometheus"), { address: "10.0.1.10" }, 10_250],
  ["standard", pod("monitoring", "grafana"), pod("monitoring", "loki"), 3100],
  ["standard", pod("logging", "alloy"), pod("monitoring", "loki"), 3100],
  ["standard", pod("logging", "alloy"), { address: "10.0.1.10" }, 6443],
  ["standard", { address: "10.42.0.0" }, pod("monitoring", "grafana"), 3000],
  ["standard", { address: "10.0.1.10" }, pod("app", "processor"), 8080],
  ["ha", pod("platform", "kafka"), pod("platform", "kafka"), 9093],
  ["ha", pod("platform", "kafka"), pod("platform", "kafka"), 9092],
  ["ha", pod("platform", "mongo"), pod("platform", "mongo"), 27017],
  ["ha", pod("keda", "keda-operator"), pod("platform", "kafka"), 9092],
  ["ha", pod("keda", "keda-operator-metrics-apiserver"), pod("keda", "keda-operator"), 9666],
  ["ha", { address: "10.0.1.10" }, pod("keda", "keda-admission-webhooks"), 9443],
  ["ha", pod("monitoring", "prometheus"), pod("keda", "keda-operator"), 8080],
  ["standard", pod("ca3-system", "helm-install-loki"), { address: "10.0.1.10" }, 6443],
  ["standard", pod("ca3-system", "helm-install-loki"), internet, 443],
  ["elsewhere", pod("app", "processor"), internet, 9094],
  ["elsewhere", pod("app", "processor"), internet, 27017],
  ["elsewhere", pod("app", "kafka-setup"), internet, 9094],
  ["elsewhere", pod("kube-system", "traefik"), pod("app", "processor"), 8080],
  ["gpu-nodes", pod("app", "scraper"), internet, 8000],
  ["gpu-nodes", pod("app", "gpu-nodes"), pod("platform", "kafka"), 9092],
];

const forbidden: typeof needed = [
  ["standard", stranger, pod("platform", "kafka"), 9092],
  ["standard", stranger, pod("platform", "mongo"), 27017],
  ["standard", stranger, pod("app", "processor"), 8080],
  ["standard", stranger, pod("monitoring", "loki"), 3100],
  ["standard", pod("app", "producers"), pod("platform", "mongo"), 27017],
  ["standard", pod("app", "processor"), pod("platform", "kafka"), 9093],
  ["standard", pod("app", "producers"), pod("app", "processor"), 8080],
  ["standard", pod("platform", "kafka"), pod("platform", "mongo"), 27017],
  ["standard", pod("app", "processor"), internet, 443],
  ["standard", pod("platform", "kafka"), internet, 443],
  ["standard", pod("monitoring", "prometheus"), cloudCredentials, 80],
  ["standard", internet, pod("monitoring", "grafana"), 3000],
  ["standard", pod("keda", "keda-operator"), pod("platform", "kafka"), 9092],
  ["ha", stranger, pod("keda", "keda-operator"), 8080],
  ["ha", pod("keda", "keda-operator"), cloudCredentials, 80],
  ["standard", stranger, pod("ca3-system", "helm-install-loki"), 8080],
  ["standard", pod("ca3-system", "helm-install-loki"), cloudCredentials, 80],
  ["elsewhere", pod("app", "processor"), internet, 443],
  ["gpu-nodes", pod("app", "scraper"), cloudCredentials, 8000],
  ["gpu-nodes", pod("app", "gpu-nodes"), internet, 8000],
];

const title = (end: End) =>
  "address" in end ? end.address : `${end.namespace}/${Object.values(end.labels)[0]}`;
const rows = (table: typeof needed) =>
  table.map(([scenario, from, to, port]) => [
    `${scenario}: ${title(from)} → ${title(to)}:${port}`,
    { scenario, from, to, port },
  ]) as [string, { scenario: string; from: End; to: End; port: number }][];

describe("what has to connect may", () => {
  test.each(rows(needed))("%s", async (_title, { scenario, from, to, port }) => {
    expect(connects(await objectsOf(scenario), from, to, port)).toBe(true);
  });
});

describe("everything else may not", () => {
  test.each(rows(forbidden))("%s", async (_title, { scenario, from, to, port }) => {
    expect(connects(await objectsOf(scenario), from, to, port)).toBe(false);
  });
});

test("every pod may look names up, and no pod is without a policy", async () => {
  for (const name of Object.keys(scenarios).filter((one) => one !== "dcgm")) {
    const objects = await objectsOf(name);
    for (const { owner, labels: own } of podsOf(objects)) {
      const one: End = { namespace: owner.metadata.namespace!, labels: own };
      expect(connects(objects, one, dns, 53)).toBe(true);
      expect(connects(objects, one, internet, 22)).toBe(false);
      expect(connects(objects, stranger, one, 8080)).toBe(false);
    }
  }
});

test("every namespace denies what is not allowed", async () => {
  for (const name of Object.keys(scenarios).filter((one) => one !== "dcgm")) {
    const objects = await objectsOf(name);
    const made = objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
    const denied = objects.filter(({ metadata }) => metadata.name === "deny-all");
    expect([name, denied.map(({ metadata }) => metadata.namespace).sort()]).toEqual([name, made.sort()]);
  }
});

test("policies can be switched off", async () => {
  const objects = await objectsOf("dcgm");
  expect(objects.filter(({ kind }) => kind === "NetworkPolicy")).toEqual([]);
});
