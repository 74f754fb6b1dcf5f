import type { KubeClient } from "../k8s/client/client.ts";
import { type Resource, resources } from "../k8s/client/resource.ts";
import { at, type LiveObject, textAt } from "../k8s/live-object.ts";
import { logSources, mergedLogs } from "../k8s/pod-logs.ts";
import { redacted } from "../support/redact.ts";

/** Texts by the paths of their files. */
export type Evidence = Readonly<Record<string, string>>;

const LOG_LINES = 500;
const SHORTEST_SECRET = 8;
/** What says how a namespace is doing. Secrets are told by name, and ConfigMaps by nothing: people keep all sorts in them. */
const kinds: readonly Resource[] = [
  ...[resources.pods, resources.deployments, resources.statefulSets, resources.daemonSets, resources.jobs],
  ...[resources.services, resources.autoscalers, resources.persistentVolumeClaims, resources.networkPolicies],
];

/**
 * What somebody needs who was not there: objects and their states, events, and the ends of logs. Values of Secrets, and
 * whatever looks like one, are blotted out. What cannot be had is told in `missing.txt`. Never rejects.
 */
export async function clusterEvidence(
  client: KubeClient,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<Evidence> {
  const files: Record<string, string> = {};
  const missing: string[] = [];
  const collect = async (what: string, work: () => Promise<void>) => {
    await work().catch((error: unknown) => {
      missing.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  const secrets: LiveObject[] = [];
  await Promise.all([
    collect("nodes", async () => {
      files["cluster/nodes.json"] = json((await client.list(resources.nodes, {}, signal)).objects);
    }),
    ...namespaces.flatMap((namespace) => [
      collect(`objects of ${namespace}`, async () => {
        const lists = await Promise.all(kinds.map((kind) => client.list(kind, { namespace }, signal)));
        files[`${namespace}/objects.json`] = json(lists.flatMap(({ objects }) => objects));
      }),
      collect(`events of ${namespace}`, async () => {
        const { objects } = await client.list(resources.events, { namespace }, signal);
        files[`${namespace}/events.txt`] = lines(objects.map(eventLine).toSorted());
      }),
      collect(`names of Secrets of ${namespace}`, async () => {
        const { objects } = await client.list(resources.secrets, { namespace }, signal);
        secrets.push(...objects);
        files[`${namespace}/secrets.txt`] = lines(
          objects.map((one) => `${one.metadata.name}: ${Object.keys(at(one, "data") ?? {}).join(", ")}`),
        );
      }),
      collect(`logs of ${namespace}`, async () => {
        for (const source of await logSources(client, [namespace], [], signal))
          await collect(`log of ${source.pod}`, async () => {
            const said: string[] = [];
            for await (const { time, text } of mergedLogs(client, [source], { tail: LOG_LINES, signal }))
              said.push(`${time} ${text}`);
            files[`${namespace}/logs/${source.pod}.${source.container}.log`] = lines(said);
          });
      }),
    ]),
  ]);
  if (missing.length > 0) files["missing.txt"] = lines(missing.toSorted());
  const values = secretValues(secrets);
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, blotted(text, values)]));
}

/** The text without any of these values, or what looks like a secret. */
export const blotted = (text: string, values: readonly string[]): string =>
  redacted(values.reduce((clean, value) => clean.replaceAll(value, "[redacted]"), text));

/** Longest first, so that none leaves a part of another one behind. As they are, and as an object would hold them. */
function secretValues(secrets: readonly LiveObject[]): readonly string[] {
  const held = secrets.flatMap((one) => Object.values((at(one, "data") ?? {}) as Record<string, string>));
  return [...new Set(held.flatMap((value) => [Buffer.from(value, "base64").toString(), value]))]
    .filter((value) => value.length >= SHORTEST_SECRET)
    .toSorted((one, other) => other.length - one.length);
}

/** Without who set which field, which nobody reads. */
const json = (objects: readonly LiveObject[]): string =>
  `${JSON.stringify(
    objects.map(({ metadata: { managedFields: _, ...metadata }, ...rest }) => ({ ...rest, metadata })),
    null,
    1,
  )}\n`;

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

function eventLine(event: LiveObject): string {
  const time =
    textAt(event, "lastTimestamp") || textAt(event, "eventTime") || event.metadata.creationTimestamp;
  const about = `${textAt(event, "involvedObject", "kind")} ${textAt(event, "involvedObject", "name")}`;
  return `${time} ${textAt(event, "type")} ${about}: ${textAt(event, "reason")}: ${(textAt(event, "message") ?? "").replace(/\s+/g, " ")}`;
}
