import type { KubeObject, ObjectMeta } from "./object.ts";

export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
};

/** Which fields of an object a manager has set, as server-side apply keeps it. */
export type ManagedFields = {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
};

export type LiveMeta = ObjectMeta & {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
  readonly finalizers?: readonly string[];
};

/** An object as the cluster has it. */
export type LiveObject = KubeObject & { readonly metadata: LiveMeta };

/** A value somewhere in an object, by its keys; `undefined` when a step is missing. */
export const at = (value: unknown, ...keys: readonly (string | number)[]): unknown =>
  keys.reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null ? (node as Record<string, unknown>)[key] : undefined,
    value,
  );

export const numberAt = (value: unknown, ...keys: readonly (string | number)[]): number | undefined => {
  const found = at(value, ...keys);
  return typeof found === "number" ? found : undefined;
};
export const textAt = (value: unknown, ...keys: readonly (string | number)[]): string | undefined => {
  const found = at(value, ...keys);
  return typeof found === "string" ? found : undefined;
};
export const listAt = (value: unknown, ...keys: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
};

export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
};

/** A condition of an object's status. */
export function conditionOf(object: unknown, type: string): Condition | undefined {
  const found = listAt(object, "status", "conditions").find((one) => at(one, "type") === type);
  if (found === undefined) return undefined;
  const text = (key: string) => textAt(found, key) ?? "";
  return { type, status: text("status"), reason: text("reason"), message: text("message") };
}
