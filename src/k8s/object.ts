/** What every Kubernetes object says about itself. */
export type ObjectMeta = {
  readonly name: string;
  /** Absent for objects that belong to no namespace. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

/**
 * An object as a manifest wants it: only the fields that `ca3` decides, so that server-side apply leaves the others to
 * whoever owns them. Never set what a controller owns, such as the replicas of what an autoscaler scales.
 */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
};

/** What names an object in one cluster. */
export type ObjectRef = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
};

export const refOf = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef => ({
  ...{ apiVersion, kind, name },
  ...(namespace === undefined ? {} : { namespace }),
});

/** `apps` of `apps/v1`; empty for the core group. */
export const groupOf = (apiVersion: string): string => {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
};

/** As people name it: `Deployment app/processor`, or `Namespace app`. */
export const describeRef = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/** Equal for two versions of the API of the same object. */
export const keyOf = ({ apiVersion, kind, namespace, name }: ObjectRef): string =>
  [groupOf(apiVersion), kind, namespace ?? "", name].join("|");
