import type { KubeClient } from "../../k8s/client/client.ts";
import { resources } from "../../k8s/client/resource.ts";
import { at, type LiveObject, listAt, textAt } from "../../k8s/live-object.ts";
import { describeRef, refOf } from "../../k8s/object.ts";
import { membersOf } from "../../k8s/observe.ts";
import { parts } from "../../k8s/phases.ts";
import type { Problem } from "../check.ts";
import { type Answer, onCluster, type ProbesOf, type Subject } from "../subject.ts";
import { inhabited } from "./inhabited.ts";
import { networkEnforced } from "./network.ts";

const NOTHING: Answer = {
  problems: [{ severity: "fail", message: "nothing is deployed", hint: "ca3 deploy" }],
};
const RESTRICTED = "restricted";

/** What keeps strangers out, as far as objects tell it. */
export const securityProbes = (subject: Subject): ProbesOf<"security"> => ({
  "security.pod-security": onCluster(subject, async (client, signal) => {
    const found = (await deployed(client, signal)).filter(({ kind }) => kind === "Namespace");
    if (found.length === 0) return NOTHING;
    const ours = Object.values(subject.wanted.namespaces);
    const problems = found.flatMap((one) => levelProblems(one, ours.includes(one.metadata.name)));
    return { summary: `${found.length} namespaces`, problems };
  }),
  "security.default-deny": onCluster(subject, async (client, signal) => {
    const found = await inhabited(client, await deployed(client, signal), signal);
    if (found.length === 0) return NOTHING;
    const policies = (await client.list(resources.networkPolicies, {}, signal)).objects;
    const open = found.filter((name) => !policies.some((one) => deniesAll(one, name)));
    const hint = "ca3 deploy --force, with deploy.networkPolicies on";
    return {
      summary: `${found.length - open.length} of ${found.length} namespaces`,
      problems: open.map((name) => ({
        severity: "fail",
        message: `no NetworkPolicy denies all traffic in namespace ${name}`,
        hint,
      })),
    };
  }),
  "security.images": onCluster(subject, async (client, signal) => {
    const found = (await deployed(client, signal)).flatMap(imagesOf);
    if (found.length === 0) return NOTHING;
    const loose = found.filter(({ image }) => !isPinned(image));
    return {
      summary: `${found.length} containers`,
      problems: loose.map(({ of, image }) => ({
        ...{ severity: "fail", message: `${of} runs ${image}`, want: "a digest, or a tag that is a version" },
        hint: "ca3 diff shows who changed it; ca3 deploy --force takes it back",
      })),
    };
  }),
  "security.network-enforced": onCluster(subject, async (client, signal) => {
    const { namespaces } = subject.wanted;
    const { objects } = await client.list(resources.networkPolicies, { namespace: namespaces.app }, signal);
    if (!objects.some((one) => deniesAll(one, namespaces.app)))
      return { skipped: `no NetworkPolicy denies all traffic in namespace ${namespaces.app}` };
    return await networkEnforced(client, namespaces, signal);
  }),
});

async function deployed(client: KubeClient, signal: AbortSignal): Promise<LiveObject[]> {
  return (await Promise.all(parts.map((part) => membersOf(client, part, signal)))).flat();
}

/** Only the namespaces of log agents and operators, which are not among the named ones, may be less than restricted. */
function levelProblems(
  { metadata: { name, labels = {} } }: LiveObject,
  restricted: boolean,
): readonly Problem[] {
  const level = labels["pod-security.kubernetes.io/enforce"];
  if (level !== undefined && (level === RESTRICTED || !restricted)) return [];
  const message =
    level === undefined
      ? `namespace ${name} enforces no Pod Security level`
      : `namespace ${name} enforces the Pod Security level ${level}`;
  const want = restricted ? RESTRICTED : "a level";
  return [{ severity: "fail", message, want, hint: "ca3 deploy --force takes it back" }];
}

/** A policy that selects all pods of the namespace and lets nothing through, both ways. Pure. */
export function deniesAll(policy: LiveObject, namespace: string): boolean {
  const types = listAt(policy, "spec", "policyTypes");
  const isOf = (key: string) =>
    Object.keys((at(policy, "spec", "podSelector", key) ?? {}) as object).length > 0;
  return (
    policy.metadata.namespace === namespace &&
    !isOf("matchLabels") &&
    !isOf("matchExpressions") &&
    ["Ingress", "Egress"].every((type) => types.includes(type)) &&
    listAt(policy, "spec", "ingress").length === 0 &&
    listAt(policy, "spec", "egress").length === 0
  );
}

const imagesOf = (object: LiveObject) =>
  ["initContainers", "containers"]
    .flatMap((kind) => listAt(object, "spec", "template", "spec", kind))
    .map((one) => ({ of: describeRef(refOf(object)), image: textAt(one, "image") ?? "" }));

/** By digest, or by a tag that is not `latest`. Pure. */
export function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag !== undefined && tag !== "latest";
}
