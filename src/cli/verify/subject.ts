import { topicSpecs, topicsOf } from "../../processor/rules.ts";
import { systemClock } from "../../support/clock.ts";
import type { Subject } from "../../verify/subject.ts";
import type { Around, Verified } from "./found.ts";
import { inCluster } from "./in-cluster.ts";
import { outside } from "./outside.ts";

export type OpenSubject = {
  readonly subject: Subject;
  /** What is verified, for people. */
  readonly where: readonly string[];
  close(): Promise<void>;
};

/**
 * What the settings name. With no address and no folder named it is the `ca3 up` of this machine: the usual port, and the
 * usual folder when it is there. Of a cluster it is what the deployment made there, unless the command line names another
 * Kafka, MongoDB or API. Nothing is opened before a check asks for it.
 */
export function subjectOf(verified: Verified, around: Around): OpenSubject {
  const { values, sources } = verified;
  const meant = around.cluster || sources.context === "flag" || sources.kubeconfig === "flag";
  const topics = topicsOf(values);
  const namespaces = {
    ...{ app: values.appNamespace, platform: values.platformNamespace },
    monitoring: values.monitoringNamespace,
  };
  const { where, close, ...found } = meant
    ? inCluster(verified, around, namespaces)
    : outside(verified, around);
  return {
    where,
    close,
    subject: {
      ...{ clock: systemClock, runId: crypto.randomUUID(), own: { records: 0 }, ...found },
      tell: around.tell,
      wanted: {
        namespaces,
        burst: { burstMs: values.burstMs, settleMs: values.settleMs },
        ...{ topics, specs: topicSpecs(topics, values), group: values.group, maxLagMs: values.maxLagMs },
        replication: values.kafkaReplication,
      },
    },
  };
}
