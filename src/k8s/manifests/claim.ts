import { quantity } from "../quantities.ts";
import { labels } from "./labels.ts";
import type { Layout } from "./layout.ts";

/** A disk for each pod of a stateful workload, mounted as `data`. Its size cannot be changed here later. */
export const dataClaim = (name: string, { deploy }: Layout, storage: number) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data", labels: labels(name) },
  spec: {
    accessModes: ["ReadWriteOnce"],
    ...(deploy.storageClass === undefined ? {} : { storageClassName: deploy.storageClass }),
    resources: { requests: { storage: quantity(storage) } },
  },
});

/** Data outlives the workload; only a person deletes it. */
export const keepClaims = { whenDeleted: "Retain", whenScaled: "Retain" } as const;
