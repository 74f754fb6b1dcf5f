import { Ca3Error } from "../../support/errors.ts";
import { printable } from "../../support/format.ts";
import type { KubeClient } from "../client/client.ts";
import { readLogs } from "../client/logs.ts";
import { resources } from "../client/resource.ts";
import { at, type LiveObject, numberAt, textAt } from "../live-object.ts";
import { type Look, reasonOf } from "./look.ts";
import { claimsOf } from "./pod-trouble.ts";

const LOG_LINES = 6;
const EVENTS = 3;

/** Why something is not ready, with what its container printed last and what the cluster warned about. */
async function explainLook(client: KubeClient, look: Look, signal: AbortSignal): Promise<string[]> {
  const [logs, events] = await Promise.all([
    lastLines(client, look, signal).catch(() => []),
    warnings(client, look, signal).catch(() => []),
  ]);
  return [reasonOf(look), ...logs.map((line) => `  | ${line}`), ...events.map((line) => `  event: ${line}`)];
}

async function lastLines(client: KubeClient, { pod }: Look, signal: AbortSignal): Promise<string[]> {
  const log = pod?.trouble.log;
  if (pod === undefined || log === undefined) return [];
  const { name, namespace = "" } = pod.object.metadata;
  const lines: string[] = [];
  for await (const { text } of readLogs(
    client.http,
    { name, namespace },
    { ...log, tail: LOG_LINES, signal },
  ))
    lines.push(printable(text).slice(0, 300));
  return lines;
}

/** What the cluster warned about lately, the pod first; of a pod without a node, its volumes too. */
async function warnings(client: KubeClient, { ref, pod }: Look, signal: AbortSignal): Promise<string[]> {
  if (pod === undefined) return warningsOf(client, ref, signal);
  const { name, namespace } = pod.object.metadata;
  const claims = at(pod.object, "spec", "nodeName") === undefined ? claimsOf(pod.object) : [];
  const abouts = [
    { kind: "Pod", name },
    ...claims.map((one) => ({ kind: "PersistentVolumeClaim", name: one })),
  ];
  const texts = await Promise.all(
    abouts.map((about) =>
      warningsOf(client, namespace === undefined ? about : { ...about, namespace }, signal),
    ),
  );
  return texts.flat();
}

type About = { readonly kind: string; readonly name: string; readonly namespace?: string };

async function warningsOf(client: KubeClient, about: About, signal: AbortSignal): Promise<string[]> {
  if (about.namespace === undefined) return [];
  const fields = `involvedObject.kind=${about.kind},involvedObject.name=${about.name},type=Warning`;
  const { objects } = await client.list(resources.events, { namespace: about.namespace, fields }, signal);
  const texts = objects.toSorted((one, other) => lastSeen(other).localeCompare(lastSeen(one))).map(eventText);
  return [...new Set(texts)].slice(0, EVENTS);
}

const lastSeen = (event: LiveObject): string =>
  textAt(event, "series", "lastObservedTime") ||
  textAt(event, "lastTimestamp") ||
  textAt(event, "eventTime") ||
  event.metadata.creationTimestamp;

function eventText(event: LiveObject): string {
  const times = numberAt(event, "series", "count") ?? numberAt(event, "count") ?? 1;
  const message = printable((textAt(event, "message") ?? "").replace(/\s+/g, " ")).slice(0, 400);
  return `${textAt(event, "reason") ?? ""}: ${message}${times > 1 ? ` (${times} times)` : ""}`;
}

/** How many things are described; the others are only counted. */
const DESCRIBED = 4;

/** The error of a deployment that does not get ready. */
export async function notReady(
  client: KubeClient,
  looks: readonly Look[],
  { after, signal }: { readonly after?: string; readonly signal: AbortSignal },
): Promise<Ca3Error> {
  const shown = await Promise.all(looks.slice(0, DESCRIBED).map((look) => explainLook(client, look, signal)));
  const rest = looks.length - shown.length;
  const lines = [...shown.flat(), ...(rest > 0 ? [`and ${rest} more`] : [])];
  const hint = looks.map(hintOf).find((one) => one !== undefined);
  return new Ca3Error(
    "CA3_KUBE_NOT_READY",
    `${after === undefined ? "" : `not ready within ${after}: `}${lines.join("\n")}`,
    hint === undefined ? {} : { hint },
  );
}

function hintOf({ verdict, pod }: Look): string | undefined {
  if (pod?.trouble.hint !== undefined) return pod.trouble.hint;
  if (verdict.is === "failed" && verdict.hint !== undefined) return verdict.hint;
  return pod?.trouble.log === undefined ? undefined : `ca3 logs ${pod.object.metadata.name}`;
}
