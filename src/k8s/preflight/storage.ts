import { Ca3Error } from "../../support/errors.ts";
import { type LiveObject, listAt, textAt } from "../live-object.ts";
import { describeRef, type KubeObject, refOf } from "../object.ts";

const DEFAULT = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

export const isDefaultClass = ({ metadata }: LiveObject): boolean =>
  DEFAULT.some((name) => metadata.annotations?.[name] === "true");

/** A volume that is wanted and that no storage class would make. `undefined` when all have one. Pure. */
export function storageProblem(
  wanted: readonly KubeObject[],
  classes: readonly LiveObject[],
  cluster: string,
): Ca3Error | undefined {
  const names = classes.map(({ metadata }) => metadata.name);
  const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  for (const object of wanted) {
    const claims =
      object.kind === "PersistentVolumeClaim" ? [object] : listAt(object, "spec", "volumeClaimTemplates");
    for (const claim of claims) {
      const name = textAt(claim, "spec", "storageClassName");
      const what = describeRef(refOf(object));
      if (name !== undefined && !names.includes(name))
        return new Ca3Error(
          "CA3_KUBE_CAPACITY",
          `${what} needs a volume of storage class ${name}, which cluster ${cluster} does not have; ${known}`,
          { hint: "set deploy.storageClass in ca3.yaml to one that it has" },
        );
      if (name === undefined && !classes.some(isDefaultClass))
        return new Ca3Error(
          "CA3_KUBE_CAPACITY",
          `${what} needs a volume, and cluster ${cluster} has no default storage class; ${known}`,
          {
            hint:
              names[0] === undefined
                ? "install one, such as local-path-provisioner, which K3s brings along"
                : `set deploy.storageClass in ca3.yaml, such as to ${names[0]}`,
          },
        );
    }
  }
  return undefined;
}
