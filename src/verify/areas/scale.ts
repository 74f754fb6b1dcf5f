import type { EventLog, OutRecord } from "../../eventlog/port.ts";
import type { KubeClient } from "../../k8s/client/client.ts";
import { resources } from "../../k8s/client/resource.ts";
import { type LiveObject, numberAt, textAt } from "../../k8s/live-object.ts";
import { PROCESSOR } from "../../k8s/manifests/app/processor.ts";
import { encodeEvent } from "../../telemetry/encode.ts";
import { onCluster, type ProbesOf, type Subject } from "../subject.ts";
import { requestsOf } from "../web-api.ts";
import { ownEvents } from "./own-events.ts";
import { type Course, followBurst, type Replicas } from "./scale-course.ts";

/** Another team than that of the workflow's events, which are counted at the same time. */
const TEAM = "ca3-verify-scale";
/** So many events are sent, again and again: only the first of each may count. */
const EVENTS = 5_000;

/**
 * A burst that the autoscaler of the processors has to follow, out and in. It changes no object, so there is nothing to put
 * back, however it ends: with the burst goes what caused the change.
 */
export const scaleProbes = (subject: Subject): ProbesOf<"scale"> => ({
  "scale.processor": onCluster(subject, async (client, signal) => {
    const { log, api, wanted, clock } = subject;
    if (log === undefined || api === undefined) return { skipped: "no Kafka and no API are there" };
    const scaler = await scalerOf(client, wanted.namespaces.app, signal);
    if (scaler === undefined)
      return { skipped: `no autoscaler of the processors is in namespace ${wanted.namespaces.app}` };
    const before = await replicasOf(client, scaler, signal);
    const max = numberAt(scaler, "spec", "maxReplicas") ?? 0;
    if (before.desired >= max)
      return { skipped: `${before.desired} processors are wanted already, and ${max} are the most` };
    const open = await log();
    const records = burstRecords(wanted.topics.token, subject.runId, clock.now());
    const known = await requestsOf(api, TEAM, signal);
    const course: Course = await followBurst({
      ...{ clock, signal, before, events: EVENTS, ...wanted.burst },
      look: () => replicasOf(client, scaler, signal),
      send: async (from, count) => {
        const some = Array.from({ length: count }, (_one, n) => records[(from + n) % records.length]!);
        subject.own.records += count;
        await open.append(some);
      },
      behind: behindSince(open, wanted.group, wanted.topics.token),
      counted: async () => (await requestsOf(api, TEAM, signal)) - known,
      tell: (text) => subject.tell?.(`scale.processor: ${text}`),
    });
    return courseFinding(course, `ca3 kubectl -- -n ${wanted.namespaces.app} describe hpa`);
  }),
});

/** Keys are spread over all partitions, so that every processor has something to do. */
function burstRecords(topic: string, runId: string, atMs: number): readonly OutRecord[] {
  return ownEvents(`${runId}-scale`, atMs, { team: TEAM, count: EVENTS }).map((event) => ({
    ...{ topic, key: event.event_id, value: encodeEvent(event) },
  }));
}

/** How many of the records that were there at the first call are not processed yet; others keep sending. */
function behindSince(log: EventLog, group: string, topic: string): () => Promise<number> {
  let ends: ReadonlyMap<number, number> | undefined;
  return async () => {
    const lags = await log.lag(group, [topic]);
    ends ??= new Map(lags.map(({ partition, endOffset }) => [partition, endOffset]));
    return lags.reduce(
      (sum, { partition, committed }) => sum + Math.max(0, (ends?.get(partition) ?? 0) - committed),
      0,
    );
  };
}

async function scalerOf(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<LiveObject | undefined> {
  const { objects } = await client.list(resources.autoscalers, { namespace }, signal);
  return objects.find((one) => textAt(one, "spec", "scaleTargetRef", "name") === PROCESSOR);
}

async function replicasOf(client: KubeClient, scaler: LiveObject, signal: AbortSignal): Promise<Replicas> {
  const { namespace, name } = scaler.metadata;
  const place = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    ...(namespace === undefined ? {} : { namespace }),
  };
  const [seen, deployment] = await Promise.all([
    client.get(
      { apiVersion: scaler.apiVersion, kind: scaler.kind, namespace: namespace ?? "", name },
      signal,
    ),
    client.get({ ...place, name: PROCESSOR }, signal),
  ]);
  return {
    desired: numberAt(seen, "status", "desiredReplicas") ?? 0,
    ready: numberAt(deployment, "status", "readyReplicas") ?? 0,
  };
}

/** What a course says about the autoscaler. Pure. */
export function courseFinding(course: Course, look: string) {
  const { before, most, sent, events, counted, outMs, drainedMs, backMs } = course;
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  const fail = (message: string, want: string, hint: string) =>
    ({ severity: "fail", message, want, hint }) as const;
  const summary = [
    `${before.desired} → ${most.desired} wanted, ${most.ready} ready${outMs === undefined ? "" : ` after ${seconds(outMs)}`}`,
    `${sent} records${drainedMs === undefined ? "" : ` done with ${seconds(drainedMs)} later`}`,
    `${counted} of ${events} events counted`,
    ...(backMs === undefined ? [] : [`back after ${seconds(backMs)}`]),
  ].join("; ");
  const problems = [
    ...(most.desired > before.desired
      ? []
      : [fail(`${before.desired} processors stay wanted under ${sent} records`, "more", look)]),
    ...(most.desired > before.desired && most.ready <= before.ready
      ? [
          fail(
            `${most.desired} processors were wanted, and ${most.ready} were ready`,
            "more ready ones",
            "ca3 status",
          ),
        ]
      : []),
    ...(drainedMs === undefined ? [fail("what was sent is not done with", "no lag", "ca3 status")] : []),
    ...(counted === events
      ? []
      : [
          fail(
            `${counted} events are counted`,
            `${events}, each once`,
            "ca3 dlq list, then ca3 help errors CA3_BUG",
          ),
        ]),
    ...(backMs === undefined && most.desired > before.desired
      ? [fail(`more than ${before.desired} processors are wanted still`, `${before.desired} again`, look)]
      : []),
  ];
  return { summary, problems, data: course };
}
