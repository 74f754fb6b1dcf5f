import { expect, test } from "bun:test";
import { at, listAt } from "../../src/k8s/live-object.ts";
import { objectsIn, only, stagesFor } from "./wishes.ts";

const keda = { kinds: new Set(["ScaledObject.keda.sh"]) };
const objects = async (yaml: string) => objectsIn(await stagesFor(yaml, keda));
const elsewhere = (kafka: string, more = "secret: our-kafka") => `
kafka: { bootstrap: "broker.example.com:9094", ${kafka} }
deploy: { kafka: { enabled: false, ${more} } }
`;

/** How KEDA reaches Kafka: what its triggers say, and what it takes from which Secret. */
async function wayOfKeda(yaml: string) {
  const all = await objects(yaml);
  const scaled = only(all, "ScaledObject", "processor");
  const [trigger] = listAt(scaled, "spec", "triggers");
  const held = all.find(({ kind }) => kind === "TriggerAuthentication");
  expect(at(trigger, "authenticationRef", "name")).toBe(held === undefined ? undefined : "processor");
  const { sasl, tls } = at(trigger, "metadata") as Record<string, string>;
  const refs = listAt(held, "spec", "secretTargetRef") as { parameter: string; name: string; key: string }[];
  return { sasl, tls, refs: refs.map(({ parameter, name, key }) => `${parameter} ${name}/${key}`) };
}

test("KEDA reaches Kafka as the processors do, wherever it is", async () => {
  const signIn = (secret: string) => [`username ${secret}/username`, `password ${secret}/password`];
  const none = { sasl: undefined, tls: undefined };
  expect(await wayOfKeda("deploy: {}")).toEqual({
    ...{ ...none, sasl: "scram_sha512", refs: signIn("kafka-client") },
  });
  expect(await wayOfKeda(elsewhere("username: team, sasl: plain, caFile: ca.pem"))).toEqual({
    ...{ sasl: "plaintext", tls: "enable", refs: [...signIn("our-kafka"), "ca our-kafka/ca.crt"] },
  });
  expect(await wayOfKeda(elsewhere("caFile: ca.pem"))).toEqual({
    ...{ ...none, tls: "enable", refs: ["ca our-kafka/ca.crt"] },
  });
  expect(await wayOfKeda(elsewhere("tls: true", ""))).toEqual({ ...none, tls: "enable", refs: [] });
});

test("how long an autoscaler takes its time can be set, for either way to scale", async () => {
  const windows = (rules: unknown) =>
    ["scaleUp", "scaleDown"].map((way) => at(rules, way, "stabilizationWindowSeconds"));
  const set = "scaleUpWindow: 20s, scaleDownWindow: 5m";
  const byUse = (more: string) =>
    objects(`deploy: { processor: { scaling: cpu ${more} }, producers: { max: 3 ${more} } }`);
  const rules = async (more: string, name: string) =>
    windows(at(only(await byUse(more), "HorizontalPodAutoscaler", name), "spec", "behavior"));
  expect([await rules("", "processor"), await rules("", "producers")]).toEqual([
    [60, 180],
    [30, 120],
  ]);
  for (const name of ["processor", "producers"]) expect(await rules(`, ${set}`, name)).toEqual([20, 300]);
  const byLag = only(await objects(`deploy: { processor: { ${set} } }`), "ScaledObject", "processor");
  const config = at(byLag, "spec", "advanced", "horizontalPodAutoscalerConfig", "behavior");
  expect(windows(config)).toEqual([20, 300]);
  for (const wrong of ["1500ms", "2h"])
    await expect(objects(`deploy: { processor: { scaleUpWindow: ${wrong} } }`)).rejects.toThrow(
      "deploy.processor.scaleUpWindow: expected whole seconds, at most 1h",
    );
});
