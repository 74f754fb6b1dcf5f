import { deployWish } from "../../src/cli/deploy/wish.ts";
import { planDeploy } from "../../src/k8s/manifests/plan-deploy.ts";
import { type ClusterFacts, type DeployWish, unknownCluster } from "../../src/k8s/manifests/wish.ts";
import type { KubeObject } from "../../src/k8s/object.ts";
import type { Stage } from "../../src/k8s/phases.ts";
import { inFolder } from "./folder.ts";

/** The wish that a `ca3.yaml` with this text makes. */
export const wishOf = (yaml: string): Promise<DeployWish> =>
  inFolder({ "ca3.yaml": yaml }, (cwd) => deployWish({ given: {}, env: {}, cwd }));

export async function stagesFor(yaml: string, facts: Partial<ClusterFacts> = {}): Promise<Stage[]> {
  return planDeploy(await wishOf(yaml), { ...unknownCluster, ...facts });
}

export const objectsIn = (stages: readonly Stage[]): KubeObject[] => stages.flatMap(({ objects }) => objects);

/** The one object of a kind and name. */
export function only(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.filter((one) => one.kind === kind && one.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} objects are ${kind} ${name}`);
  return found[0]!;
}

/** Deployments that differ in every way that changes manifests; the tests look at all of them. */
export const scenarios: Readonly<Record<string, { yaml: string; facts?: Partial<ClusterFacts> }>> = {
  small: { yaml: "deploy: { profile: small }" },
  standard: {
    yaml: "deploy: { profile: standard }",
    facts: { apiServerAddresses: ["10.0.1.10", "10.42.0.0", "10.42.0.1"] },
  },
  ha: { yaml: "deploy: { profile: ha }" },
  elsewhere: {
    yaml: `
kafka: { bootstrap: "broker.example.com:9094", username: gpu-team, caFile: ca.pem }
deploy:
  profile: small
  image: registry.example.com/ca3:1.2.3
  imagePullSecret: registry
  kafka: { enabled: false, secret: our-kafka }
  mongo: { enabled: false, secret: our-mongo }
  processor: { min: 2, max: 2, openTo: [kube-system] }
`,
  },
  "gpu-nodes": {
    yaml: `
producer:
  prices: { H100: 2.5 }
  vllm: { urls: ["http://vllm.llm.svc:8000/metrics"] }
  join: "pod=vllm-* model=llama team=search"
processor: { retention: 14d, slo: { ttft: 500ms } }
topics: { partitions: 24, retention: 3d }
deploy:
  profile: small
  gpu: { source: nvidia-smi, nodes: "gpu=true,zone=a", taints: [gpu] }
  producers: { tokensSecret: vllm-tokens }
  processor: { max: 24, lag: 500 }
`,
    facts: { kinds: new Set(["ScaledObject.keda.sh"]) },
  },
  dcgm: {
    yaml: `
producer: { dcgm: { urls: ["https://dcgm.example.com/metrics"] }, rate: 20 }
deploy:
  profile: small
  storageClass: fast
  networkPolicies: false
  gpu: { source: dcgm }
  producers: { enabled: true, min: 2, max: 2 }
  secrets: { store: vault }
`,
  },
};
