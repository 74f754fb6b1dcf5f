import { Ca3Error } from "../../support/errors.ts";
import { describeRight, grantCommand, grantingRole, type Right } from "./granting-role.ts";
import type { Status, StatusCause } from "./status.ts";

/** What was asked of which cluster, for messages. */
export type Asked = {
  /** `cluster NAME`, or how else people know it. */
  readonly cluster: string;
  /** The user of the kubeconfig. */
  readonly user: string;
  /** What was to be done, such as `apply Deployment app/processor`. */
  readonly what: string;
};

/** What the API server's refusal means for a person. */
export function refusal(status: Status, asked: Asked, trouble?: string): Ca3Error {
  const { cluster, user, what } = asked;
  const { code, reason, message, details } = status;
  const said = message === "" ? `status ${code}` : message;
  switch (code) {
    case 401:
      return new Ca3Error(
        "CA3_KUBE_CREDENTIALS",
        `cluster ${cluster} does not accept user ${user}${trouble === undefined ? "" : `: ${trouble}`}`,
        { hint: "sign in again, or fetch a new kubeconfig from whoever runs the cluster" },
      );
    case 403:
      return forbidden(status, asked);
    case 404:
      return new Ca3Error("CA3_NOT_FOUND", `cannot ${what} in cluster ${cluster}: ${said}`);
    case 409:
      return conflict(status, asked);
    case 400:
    case 422:
      return new Ca3Error("CA3_KUBE_INVALID", `cluster ${cluster} refuses to ${what}: ${reasons(status)}`);
    case 405:
    case 406:
    case 415:
      return new Ca3Error("CA3_KUBE_UNSUPPORTED", `cluster ${cluster} cannot ${what}: ${said}`);
    case 429:
    case 503:
    case 504:
      return new Ca3Error("CA3_KUBE_UNAVAILABLE", `cluster ${cluster} is too busy to ${what}: ${said}`);
    default:
      if (code < 500 || details.causes.length > 0 || /admission webhook|failed calling webhook/.test(said))
        return new Ca3Error("CA3_KUBE_INVALID", `cluster ${cluster} refuses to ${what}: ${said}`);
      return new Ca3Error(
        "CA3_KUBE_UNAVAILABLE",
        `cluster ${cluster} failed to ${what}: ${said}${reason === "" ? "" : ` (${reason})`}`,
      );
  }
}

const RBAC_REFUSAL =
  /User "([^"]*)" cannot (\S+) (?:resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)")?|path "([^"]*)")/;

function forbidden({ message }: Status, { cluster, what }: Asked): Ca3Error {
  const match = RBAC_REFUSAL.exec(message);
  if (match === null) {
    const terminating = /because it is being terminated/.test(message);
    return new Ca3Error("CA3_KUBE_INVALID", `cluster ${cluster} refuses to ${what}: ${message}`, {
      ...(terminating ? { hint: "wait until the namespace is gone, then run it again" } : {}),
    });
  }
  const [, user = "", verb = "", resource, group = "", namespace, path] = match;
  if (resource === undefined)
    return new Ca3Error("CA3_KUBE_FORBIDDEN", `user ${user} may not ${verb} ${path} in cluster ${cluster}`);
  return mayNot({ verb, resource, group, ...(namespace === undefined ? {} : { namespace }) }, user, cluster);
}

/** A right that a user lacks, and the role that grants it. */
export function mayNot(right: Right, user: string, cluster: string): Ca3Error {
  return new Ca3Error(
    "CA3_KUBE_FORBIDDEN",
    `user ${user} may not ${describeRight(right)} in cluster ${cluster}; the role ${grantingRole(right)} grants it`,
    { hint: grantCommand(right, user) },
  );
}

function conflict({ message, reason, details }: Status, { cluster, what }: Asked): Ca3Error {
  const owned = details.causes.filter((cause) => cause.reason === "FieldManagerConflict");
  if (owned.length === 0)
    return new Ca3Error(
      "CA3_KUBE_CONFLICT",
      reason === "AlreadyExists"
        ? `cannot ${what} in cluster ${cluster}: it exists already`
        : `cannot ${what} in cluster ${cluster}: ${message}`,
    );
  const lines = owned.map((cause) => `${cause.field} belongs to ${managerOf(cause)}`);
  return new Ca3Error("CA3_KUBE_CONFLICT", `cannot ${what} in cluster ${cluster}: ${lines.join("; ")}`, {
    hint: "let the owner give the field up, or take it with --force",
  });
}

/** `conflict with "kubectl-client-side-apply" using apps/v1` → `kubectl-client-side-apply`. */
const managerOf = ({ message }: StatusCause): string =>
  /conflict with "([^"]+)"/.exec(message)?.[1] ?? message;

/** Field by field where the server says so. */
function reasons({ message, details }: Status): string {
  const fields = details.causes.filter(({ field }) => field !== "");
  return fields.length === 0
    ? message
    : fields.map(({ field, message: why }) => `${field}: ${why}`).join("; ");
}
