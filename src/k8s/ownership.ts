import { Ca3Error } from "../support/errors.ts";
import { FIELD_MANAGER } from "./client/write.ts";
import type { LiveObject } from "./live-object.ts";
import { describeRef, refOf } from "./object.ts";

/** Whether `ca3` has applied an object before, or made it. */
export const isOurs = ({ metadata }: LiveObject): boolean =>
  metadata.managedFields?.some(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === "Apply",
  ) === true || metadata.labels?.["app.kubernetes.io/managed-by"] === "ca3";

/** Who made an object that is not ours, as far as it says so. */
function makerOf({ metadata }: LiveObject): string {
  const { labels = {}, annotations = {}, managedFields = [] } = metadata;
  const release = annotations["meta.helm.sh/release-name"];
  if (release !== undefined) return `the Helm release ${release}`;
  const by = labels["app.kubernetes.io/managed-by"] ?? managedFields[0]?.manager;
  return by ?? "somebody else";
}

/** An object that has the name of one of ours. */
export const foreign = (live: LiveObject, cluster: string): Ca3Error =>
  new Ca3Error(
    "CA3_KUBE_FOREIGN",
    `${describeRef(refOf(live))} of cluster ${cluster} already exists, and was created by ${makerOf(live)}`,
    { hint: "choose other names in ca3.yaml, remove it, or take it over with --adopt" },
  );
