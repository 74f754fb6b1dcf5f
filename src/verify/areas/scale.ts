import type { OutRecord } from "../../eventlog/port.ts";
import type { KubeClient } from "../../k8s/client/client.ts";
import { resources } from "../../k8s/client/resource.ts";
import { type LiveObject, numberAt, textAt } from "../../k8s/live-object.ts";
import { PROCESSOR } from "../../k8s/manifests/app/processor.ts";
import type { TelemetryStore } from "../../store/port.ts";
import { formatDuration } from "../../support/format.ts";
import { encodeEvent } from "../../telemetry/encode.ts";
import type { TokenEvent } from "../../telemetry/events.ts";
import { autoscalerFrom } from "../scale/autoscaler.ts";
import { followBurst } from "../scale/course.ts";
import { beforeFinding, courseFinding } from "../scale/finding.ts";
import { mannersOf } from "../scale/manners.ts";
import { patient, persistent } from "../scale/patient.ts";
import { untilAtRest } from "../scale/rest.ts";
import type { Seen } from "../scale/watch.ts";
import { onCluster, type ProbesOf, type Subject } from "../subject.ts";
import { requestsOf } from "../web-api.ts";
import { ownEvents } from "./own-events.ts";

/** Another team than that of the workflow's events, which are counted at the same time. */
const TEAM = "ca3-verify-scale";
/** So many events are sent, again and again: only the first of each may count. */
const EVENTS = 5_000;
const LOOKED_UP_AT_ONCE = 1_000;
/** So often in a row when they were all sent once: processors put those together, and the database has that much less to do. */
const IN_A_ROW = 8;

/**
 * A burst that the autoscaler of the processors has to follow, out and in. It changes no object, so there is nothing to put
 * back, however it ends: with the burst goes what caused the change.
 */
export const scaleProbes = (subject: Subject): ProbesOf<"scale"> => ({
  "scale.processor": onCluster(subject, async (client, signal) => {
    const { log, api, store, wanted, clock, own } = subject;
    if (log === undefined || api === undefined) return { skipped: "no Kafka and no API are there" };
    const scaler = await scalerOf(client, wanted.namespaces.app, signal);
    if (scaler === undefined)
      return { skipped: `no autoscaler of the processors is in namespace ${wanted.namespaces.app}` };
    const tell = (text: string) => subject.tell?.(`scale.processor: ${text}`);
    const often = <T>(ask: () => Promise<T>) => patient(clock, signal, ask);
    const manners = mannersOf(scaler);
    const looking = {
      ...{ clock, signal, manners, tell, ...wanted.burst },
      look: often(() => lookAt(client, scaler, signal)),
    };
    const describe = `ca3 kubectl -- -n ${wanted.namespaces.app} describe hpa ${scaler.metadata.name}`;
    const { seen: before, atRest } = await untilAtRest(looking);
    const refusal = beforeFinding(before, atRest, manners, describe);
    if (refusal !== undefined) return refusal;

    const open = await log();
    const opened = await store?.();
    const topic = wanted.topics.token;
    const events = ownEvents(`${subject.runId}-scale`, clock.now(), { team: TEAM, count: EVENTS });
    const records = recordsOf(topic, events);
    const requests = () => requestsOf(api, TEAM, signal);
    const known = (await persistent(clock, signal, requests)) ?? 0;
    own.left =
      `the burst was stopped: the processors finish what waits, and go back to ${before.desired} by themselves ` +
      `when they have used little for ${formatDuration(manners.downMs)}; nothing was changed, so nothing has to be undone`;
    const course = await followBurst({
      ...{ ...looking, before, events: EVENTS, least: leastWaiting(before) },
      send: (from, count) => {
        const some = Array.from({ length: count }, (_one, n) => records[eventAt(from + n)]!);
        own.records += count;
        return persistent(clock, signal, () => open.append(some));
      },
      lags: often(() => open.lag(wanted.group, [topic])),
      counted: often(async () => (await requests()) - known),
      stored: async () => (opened === undefined ? undefined : await storedOf(opened, events)),
    });
    if (!signal.aborted) own.left = undefined;
    return courseFinding(course, describe);
  }),
});

/** Which of the events the record with this number is: each once, then each several times. */
const eventAt = (n: number): number => (n < EVENTS ? n : Math.floor((n - EVENTS) / IN_A_ROW) % EVENTS);

/** Keys are spread over all partitions, so that every processor has something to do. */
const recordsOf = (topic: string, events: readonly TokenEvent[]): readonly OutRecord[] =>
  events.map((event) => ({ topic, key: event.event_id, value: encodeEvent(event) }));

/** How many of these events a store has. */
async function storedOf(store: TelemetryStore, events: readonly TokenEvent[]): Promise<number> {
  const ids = events.map(({ event_id }) => event_id);
  let found = 0;
  for (let at = 0; at < ids.length; at += LOOKED_UP_AT_ONCE)
    for await (const _one of store.scanEvents({ kind: "token", ids: ids.slice(at, at + LOOKED_UP_AT_ONCE) }))
      found++;
  return found;
}

/**
 * Where the autoscaler goes by what waits, twice what so many and one more processors may let wait, so that half of it is
 * enough; by use there is no such bound.
 */
const leastWaiting = ({ metrics, desired }: Seen): number =>
  Math.max(0, ...metrics.flatMap(({ percent, target }) => (percent ? [] : 2 * target * (desired + 1))));

async function scalerOf(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<LiveObject | undefined> {
  const { objects } = await client.list(resources.autoscalers, { namespace }, signal);
  return objects.find((one) => textAt(one, "spec", "scaleTargetRef", "name") === PROCESSOR);
}

async function lookAt(client: KubeClient, scaler: LiveObject, signal: AbortSignal): Promise<Seen> {
  const { apiVersion, kind } = scaler;
  const { namespace = "", name } = scaler.metadata;
  const [seen, deployment] = await Promise.all([
    client.get({ apiVersion, kind, namespace, name }, signal),
    client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: PROCESSOR }, signal),
  ]);
  return { ...autoscalerFrom(seen ?? scaler), ready: numberAt(deployment, "status", "readyReplicas") ?? 0 };
}
