import type { KubeObject } from "../../../../../src/k8s/object.ts";
import { names } from "./names.ts";
import { use } from "./use.ts";
import { volumes } from "./volumes.ts";

/** What a cluster has besides Kubernetes itself: names, use, volumes. */
export const addons: readonly KubeObject[] = [...names, ...use, ...volumes];
