import type { KubeClient } from "./client/client.ts";
import { followLogs, type LogLine, readLogs } from "./client/logs.ts";
import { resources } from "./client/resource.ts";
import { type LiveObject, listAt, textAt } from "./live-object.ts";

/** One container whose log is wanted. */
export type LogSource = { readonly namespace: string; readonly pod: string; readonly container: string };
export type SourcedLine = LogLine & { readonly source: LogSource };

/** Containers that have begun, of pods in these namespaces whose name begins with one of `names`, or of all. */
export async function logSources(
  client: KubeClient,
  namespaces: readonly string[],
  names: readonly string[],
  signal: AbortSignal,
): Promise<LogSource[]> {
  const lists = await Promise.all(
    namespaces.map((namespace) => client.list(resources.pods, { namespace }, signal)),
  );
  return lists
    .flatMap(({ objects }) => objects)
    .filter(({ metadata }) => names.length === 0 || names.some((name) => metadata.name.startsWith(name)))
    .flatMap((pod) =>
      begun(pod).map((container) => ({
        namespace: pod.metadata.namespace!,
        pod: pod.metadata.name,
        container,
      })),
    );
}

const begun = (pod: LiveObject): string[] =>
  ["initContainerStatuses", "containerStatuses"].flatMap((list) =>
    listAt(pod, "status", list)
      .filter((one) => textAt(one, "containerID") !== undefined)
      .flatMap((one) => textAt(one, "name") ?? []),
  );

export type MergeOptions = {
  readonly sinceMs?: number;
  readonly tail?: number;
  readonly signal: AbortSignal;
};

/** The lines of several containers in the order of their times; each log is read only as far as it is needed. */
export async function* mergedLogs(
  client: KubeClient,
  sources: readonly LogSource[],
  options: MergeOptions,
): AsyncGenerator<SourcedLine> {
  const heads = await Promise.all(
    sources.map(async (source) => {
      const { namespace, pod: name, container } = source;
      const lines = readLogs(client.http, { namespace, name }, { container, ...options });
      return { source, lines, next: await lines.next() };
    }),
  );
  for (;;) {
    const first = heads
      .filter(({ next }) => next.done !== true)
      .toSorted((one, other) => (one.next.value!.time < other.next.value!.time ? -1 : 1))[0];
    if (first === undefined) return;
    yield { ...first.next.value!, source: first.source };
    first.next = await first.lines.next();
  }
}

/** The lines of several containers as they are printed, until all end or `signal` aborts. */
export async function followAll(
  client: KubeClient,
  sources: readonly LogSource[],
  options: MergeOptions & { readonly onLine: (line: SourcedLine) => void },
): Promise<void> {
  const { onLine, ...rest } = options;
  await Promise.all(
    sources.map(async (source) => {
      const { namespace, pod: name, container } = source;
      const lines = followLogs(client.http, { namespace, name }, { container, clock: client.clock, ...rest });
      for await (const line of lines) onLine({ ...line, source });
    }),
  );
}
