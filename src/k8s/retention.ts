import type { LiveObject } from "./live-object.ts";

/** Kinds that are data, or take data with them when they go. */
const data: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: "it holds data",
  Namespace: "everything in it would go with it",
  CustomResourceDefinition: "every object of its kind would go with it",
  Secret: "what it opens could not be opened any more",
};

/** Why an object stays when it is no longer wanted; `undefined` when it may go. */
export const staysWithout = ({ kind }: Pick<LiveObject, "kind">): string | undefined => data[kind];
