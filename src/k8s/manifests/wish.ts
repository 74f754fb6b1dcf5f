import type { ServerSettings } from "../../http/config.ts";
import type { ProcessorSettings } from "../../processor/config.ts";
import type { ProducerSettings } from "../../producer/config.ts";
import type { DeploySettings } from "../config.ts";

/** What `ca3.yaml` asks for. Pods get what was written there; everything else stays the default of their program. */
export type DeployWish = {
  readonly deploy: DeploySettings;
  /** The values in force, defaults included: what services have to agree on is read from here. */
  readonly processor: ProcessorSettings;
  /** Only what was written. */
  readonly given: {
    readonly processor: Partial<ProcessorSettings>;
    readonly producer: Partial<ProducerSettings>;
    readonly server: Partial<ServerSettings>;
  };
};

/** What is known of the cluster that the manifests are for. */
export type ClusterFacts = {
  /** Kinds that it knows besides its own, as `Kind.group`: `ScaledObject.keda.sh`. */
  readonly kinds: ReadonlySet<string>;
  /** Addresses from which its API server reaches pods; those of control planes and of their pod networks. */
  readonly apiServerAddresses: readonly string[];
  /** How often each generated Secret was made anew, as `namespace/name`; who uses it starts again when that grows. */
  readonly secretGenerations: Readonly<Record<string, number>>;
};

/** Nothing is known, as when manifests are rendered without a cluster. */
export const unknownCluster: ClusterFacts = {
  kinds: new Set(),
  apiServerAddresses: [],
  secretGenerations: {},
};
