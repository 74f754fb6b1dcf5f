import { Ca3Error } from "../../support/errors.ts";
import { sideBySide } from "../../support/side-by-side.ts";
import { HOME_NAMESPACE } from "../apply-set.ts";
import type { KubeClient } from "../client/client.ts";
import { describeRight, grantCommand, grantingRole, type Right } from "../client/granting-role.ts";
import { at } from "../live-object.ts";
import { AT_ONCE } from "../observe.ts";
import type { Stage } from "../phases.ts";

/** What server-side apply, looking and waiting, and pruning need. */
const VERBS = ["get", "list", "watch", "create", "patch", "delete"] as const;

/** The rights that a deployment needs, each once. Kinds that the cluster does not know yet are left out. */
export async function neededRights(client: KubeClient, stages: readonly Stage[]): Promise<Right[]> {
  const rights = new Map<string, Right>();
  const add = (right: Right) => rights.set(JSON.stringify(right), right);
  const pods = { resource: "pods", group: "" };
  for (const { objects, generated = [] } of stages) {
    for (const object of objects) {
      const found = await client.discovery.find(object);
      if (found === undefined) continue;
      const { namespace } = object.metadata;
      const place = namespace === undefined ? {} : { namespace };
      for (const verb of VERBS) add({ verb, resource: found.plural, group: found.group, ...place });
      if (namespace !== undefined) for (const verb of ["list", "watch"]) add({ verb, ...pods, namespace });
    }
    for (const { namespace } of generated)
      for (const verb of ["get", "create", "patch"]) add({ verb, resource: "secrets", group: "", namespace });
  }
  // For the lock; see deploy-lock.ts.
  for (const verb of ["get", "create", "patch", "delete"])
    add({ verb, resource: "leases", group: "coordination.k8s.io", namespace: HOME_NAMESPACE });
  return [...rights.values()];
}

/** Those of `rights` that the user does not have. */
export async function missingRights(
  client: KubeClient,
  rights: readonly Right[],
  signal?: AbortSignal,
): Promise<Right[]> {
  if (await isAllowed(client, { verb: "*", resource: "*", group: "*" }, signal)) return [];
  const allowed = await sideBySide(rights, AT_ONCE, (right) => isAllowed(client, right, signal));
  return rights.filter((_right, index) => !allowed[index]);
}

/** Whether the user may do something; the server's own answer. */
export async function isAllowed(client: KubeClient, right: Right, signal?: AbortSignal): Promise<boolean> {
  const [resource, subresource] = right.resource.split("/");
  const { verb, group, namespace } = right;
  const review = await client.http.json<unknown>({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      ...{ apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" },
      spec: {
        resourceAttributes: {
          ...{ verb, group, resource },
          ...(subresource === undefined ? {} : { subresource }),
          ...(namespace === undefined ? {} : { namespace }),
        },
      },
    },
    what: `ask whether it may ${describeRight(right)}`,
    signal,
  });
  return at(review, "status", "allowed") === true;
}

/** Who the API server takes the user for. */
export async function whoAmI(client: KubeClient, signal?: AbortSignal): Promise<string> {
  const review = await client.http.json<unknown>({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    what: "ask who the user is",
    signal,
  });
  return String(at(review, "status", "userInfo", "username") ?? client.http.user);
}

/** All missing rights in one error: what may not be done, where, and which role grants it. */
export function rightsError(missing: readonly Right[], user: string, cluster: string): Ca3Error {
  const rows = new Map<string, { right: Right; verbs: string[] }>();
  for (const right of missing) {
    const { verb, ...rest } = right;
    const row = rows.get(JSON.stringify(rest)) ?? { right, verbs: [] };
    row.verbs.push(verb);
    rows.set(JSON.stringify(rest), row);
  }
  const lines = [...rows.values()].map(
    ({ right, verbs }) =>
      `${describeRight({ ...right, verb: verbs.join(", ") })} (role ${strongest(verbs, right)} grants it)`,
  );
  const needed = missing.find((right) => grantingRole(right) === "cluster-admin") ?? missing[0]!;
  return new Ca3Error(
    "CA3_KUBE_FORBIDDEN",
    [`user ${user} may not, in cluster ${cluster}:`, ...lines].join("\n"),
    {
      hint: grantCommand(needed, user),
    },
  );
}

const ORDER = ["view", "edit", "admin", "cluster-admin"];
const strongest = (verbs: readonly string[], right: Right): string =>
  verbs
    .map((verb) => grantingRole({ ...right, verb }))
    .toSorted((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0]!;
