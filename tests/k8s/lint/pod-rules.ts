import type { Container } from "../../../src/k8s/manifests/pod.ts";
import type { PodTemplate } from "../pods.ts";

/** What is wrong with a pod, one sentence each. */
export type PodRule = (pod: PodTemplate) => readonly string[];

type Loose = Readonly<Record<string, never>>;
const containersOf = ({
  spec,
}: PodTemplate): readonly (Container & { securityContext?: Loose; resources: Loose })[] =>
  [...(spec.initContainers ?? []), ...spec.containers] as never;
const eachContainer =
  (rule: (container: Record<string, unknown>, pod: PodTemplate) => string | undefined): PodRule =>
  (pod) =>
    containersOf(pod).flatMap((container) => {
      const problem = rule(container as never, pod);
      return problem === undefined ? [] : [`${container.name}: ${problem}`];
    });

const isPinned = (image: string) => /@sha256:[0-9a-f]{64}$|:(?!latest$)[\w][\w.-]*$/.test(image);

export const images = eachContainer(({ image }) =>
  isPinned(String(image)) ? undefined : `the image ${image} is not pinned`,
);

type Sizes = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

export const resources = eachContainer(({ resources: sizes }) => {
  const missing = ["requests", "limits"].flatMap((kind) =>
    ["cpu", "memory"]
      .filter((name) => (sizes as Sizes)[kind]?.[name] === undefined)
      .map((name) => `${kind}.${name}`),
  );
  return missing.length === 0 ? undefined : `has no ${missing.join(", ")}`;
});

/** What runs for good can be seen to start, to be ready and to live; what runs to its end cannot. */
export const probes: PodRule = (pod) => {
  if (pod.owner.kind === "Job") return [];
  const lasting = containersOf(pod).filter(
    (one) => pod.spec.containers.includes(one as never) || one.restartPolicy === "Always",
  );
  return lasting.flatMap((one) =>
    (["startupProbe", "readinessProbe", "livenessProbe"] as const)
      .filter((probe) => one[probe] === undefined)
      .map((probe) => `${one.name}: has no ${probe}`),
  );
};

/** Volumes that the policy `restricted` allows. */
const volumeKinds = new Set([
  ...[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
  ],
]);

/** The Pod Security Standard `restricted`, and two things more: a root that cannot be written, and limited folders. */
export const restricted: PodRule = (pod) => {
  const { spec } = pod;
  const problems: string[] = [];
  const context = spec["securityContext"] as Record<string, unknown> | undefined;
  for (const field of ["hostNetwork", "hostPID", "hostIPC"]) if (spec[field]) problems.push(`uses ${field}`);
  if (context?.["runAsNonRoot"] !== true || context?.["runAsUser"] === 0) problems.push("may run as root");
  if ((context?.["seccompProfile"] as Loose | undefined)?.["type"] !== "RuntimeDefault")
    problems.push("has no seccomp profile");
  for (const { name, ...kinds } of spec.volumes ?? []) {
    for (const kind of Object.keys(kinds))
      if (!volumeKinds.has(kind)) problems.push(`volume ${name} is a ${kind}`);
    const empty = kinds["emptyDir"] as { sizeLimit?: string } | undefined;
    if (empty && empty.sizeLimit === undefined) problems.push(`volume ${name} may grow without a limit`);
  }
  return [
    ...problems,
    ...eachContainer(({ securityContext, ports = [] }) => {
      const own = securityContext as Record<string, unknown> | undefined;
      const capabilities = own?.["capabilities"] as { drop?: string[]; add?: string[] } | undefined;
      if (own?.["allowPrivilegeEscalation"] !== false) return "may gain privileges";
      if (own["privileged"] === true) return "is privileged";
      if (!capabilities?.drop?.includes("ALL")) return "keeps capabilities";
      if (capabilities.add?.some((one) => one !== "NET_BIND_SERVICE")) return "adds capabilities";
      if (own["readOnlyRootFilesystem"] !== true) return "may write its root filesystem";
      if ((ports as { hostPort?: number }[]).some(({ hostPort }) => hostPort))
        return "takes a port of the node";
      return undefined;
    })(pod),
  ];
};

export const noToken: PodRule = ({ spec }) => [
  ...(spec["automountServiceAccountToken"] === false ? [] : ["is given a token of the API server"]),
  ...(spec["enableServiceLinks"] === false ? [] : ["is given variables of Services"]),
];

/** Every mount has its volume, every volume is mounted. */
export const mounts: PodRule = (pod) => {
  const claims = (pod.owner["spec"] as { volumeClaimTemplates?: { metadata: { name: string } }[] })
    .volumeClaimTemplates;
  const there = [
    ...(pod.spec.volumes ?? []).map(({ name }) => name),
    ...(claims ?? []).map((one) => one.metadata.name),
  ];
  const used = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  return [
    ...used.filter((name) => !there.includes(name)).map((name) => `mounts ${name}, which is no volume`),
    ...there.filter((name) => !used.includes(name)).map((name) => `nobody mounts ${name}`),
    ...there.filter((name, at) => there.indexOf(name) !== at).map((name) => `has two volumes ${name}`),
  ];
};

export const podRules: Readonly<Record<string, PodRule>> = {
  ...{ images, resources, probes, restricted, noToken, mounts },
};
