import { expect, test } from "bun:test";
import { parse } from "yaml";
import { at } from "../../src/k8s/live-object.ts";
import { lockedCharts } from "../../src/k8s/manifests/releases/release.ts";
import { objectsIn, only, stagesFor } from "./wishes.ts";

const charts = async (yaml: string) =>
  objectsIn(await stagesFor(yaml))
    .filter(({ kind }) => kind === "HelmChart")
    .map((one) => [at(one, "spec", "chart"), at(one, "spec", "version"), at(one, "spec", "repo")]);

test("charts come from their own repositories, or all of them from one mirror, in the same versions", async () => {
  const own = await charts("deploy: { profile: ha }");
  expect(own.length).toBeGreaterThan(3);
  expect(own).toEqual(
    expect.arrayContaining([
      [lockedCharts.keda.chart, lockedCharts.keda.version, lockedCharts.keda.repo],
      [lockedCharts.loki.chart, lockedCharts.loki.version, lockedCharts.loki.repo],
    ]),
  );
  const mirror = "https://charts.example.com/all";
  const mirrored = await charts(`deploy: { profile: ha, releases: { mirror: "${mirror}" } }`);
  expect(mirrored).toEqual(own.map(([chart, version]) => [chart, version, mirror]));
});

test("a mirror with a password in its address is refused", () =>
  expect(
    stagesFor('deploy: { releases: { mirror: "https://me:secret@charts.example.com" } }'),
  ).rejects.toThrow(/deploy\.releases\.mirror: expected an address without a password/));

test("Grafana starts anew when its password was made anew, which it reads only then", async () => {
  const annotations = async (generation: number) => {
    const secretGenerations = { "monitoring/grafana-admin": generation, "app/api-token": 7 };
    const objects = objectsIn(await stagesFor("deploy: { profile: standard }", { secretGenerations }));
    const values = at(only(objects, "HelmChart", "monitoring"), "spec", "valuesContent");
    return (parse(String(values)) as { grafana: { podAnnotations?: unknown } }).grafana.podAnnotations;
  };
  expect(await annotations(1)).toBeUndefined();
  expect(await annotations(2)).toEqual({ "ca3.dev/secrets": "monitoring/grafana-admin=2" });
});
