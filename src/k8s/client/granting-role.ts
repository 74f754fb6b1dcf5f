/** Something a user may be allowed to do, as RBAC knows it. */
export type Right = {
  readonly verb: string;
  /** Plural, with its subresource: `pods/log`. */
  readonly resource: string;
  /** Empty for the core group. */
  readonly group: string;
  /** Absent for all namespaces, and for what belongs to none. */
  readonly namespace?: string;
};

const READS = new Set(["get", "list", "watch"]);

/** Kinds that the role `view` does not show, because they grant power. */
const NOT_IN_VIEW = new Set([
  "secrets",
  "roles",
  "rolebindings",
  "pods/exec",
  "pods/portforward",
  "services/proxy",
]);
const RBAC = "rbac.authorization.k8s.io";
/** Groups whose namespaced kinds the roles `view`, `edit` and `admin` cover. */
const COVERED = new Set([
  ...["", "apps", "batch", "autoscaling", "policy", "networking.k8s.io", "coordination.k8s.io", RBAC],
]);
/** Kinds within a namespace that only administrators of the cluster may change. */
const NOT_IN_EDIT = new Set(["resourcequotas", "limitranges", "namespaces"]);

/** The smallest of the roles that every cluster has which grants a right. */
export function grantingRole({ verb, resource, group, namespace }: Right): string {
  if (namespace === undefined || !COVERED.has(group)) return "cluster-admin";
  if (group === RBAC) return "admin";
  if (READS.has(verb) && !NOT_IN_VIEW.has(resource)) return "view";
  return NOT_IN_EDIT.has(resource) ? "cluster-admin" : "edit";
}

/** The command with which somebody with more rights grants it. */
export function grantCommand(right: Right, user: string): string {
  const role = grantingRole(right);
  const safe = user.replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-|-$/g, "");
  const to = user.startsWith("system:serviceaccount:")
    ? `--serviceaccount=${user.split(":").slice(2).join(":")}`
    : `--user=${user}`;
  return role === "cluster-admin"
    ? `kubectl create clusterrolebinding ca3-${safe} --clusterrole=cluster-admin ${to}`
    : `kubectl create rolebinding ca3-${safe} --clusterrole=${role} ${to} --namespace=${right.namespace}`;
}

/** `may not list pods in namespace app`. */
export function describeRight({ verb, resource, group, namespace }: Right): string {
  const what = group === "" ? resource : `${resource}.${group}`;
  return `${verb} ${what}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}
