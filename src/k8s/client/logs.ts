import type { Clock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import { lines } from "../../support/lines.ts";
import { backoffMs } from "../../support/retry.ts";
import { type KubeHttp, wasRefusedWith } from "./http.ts";
import { pathOf, resources } from "./resource.ts";

export type LogLine = {
  /** When the container printed it, RFC 3339 with nanoseconds, so that it sorts as text. */
  readonly time: string;
  readonly text: string;
};

export type LogOptions = {
  readonly container: string;
  /** Of the container before its last restart. */
  readonly previous?: boolean;
  readonly sinceMs?: number;
  readonly tail?: number;
  readonly signal?: AbortSignal | undefined;
};

type PodPlace = { readonly namespace: string; readonly name: string };

/** What a container printed so far. */
export async function* readLogs(http: KubeHttp, pod: PodPlace, options: LogOptions): AsyncGenerator<LogLine> {
  yield* linesOf(http, pod, options, {});
}

/** A follower asks anew after so long without a line, which also finds connections that died without a word. */
const QUIET_MS = 60_000;
const pause = { firstMs: 300, maxMs: 5_000 };

/**
 * What a container printed, and what it prints until it ends or `signal` aborts. A lost connection goes on after the
 * last line, without one twice and without one missing.
 */
export async function* followLogs(
  http: KubeHttp,
  pod: PodPlace,
  options: LogOptions & { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<LogLine> {
  const { clock, signal } = options;
  let seen: Seen | undefined;
  let failures = 0;
  while (!signal.aborted) {
    const from: LogOptions = seen === undefined ? options : resumed(options, seen.time);
    const skip = new Map(seen?.texts);
    try {
      for await (const line of linesOf(http, pod, from, { follow: true, silentMs: QUIET_MS })) {
        failures = 0;
        if (seen !== undefined && line.time < seen.time) continue;
        const before = line.time === seen?.time ? (skip.get(line.text) ?? 0) : 0;
        if (before > 0) {
          skip.set(line.text, before - 1);
          continue;
        }
        seen = noted(seen, line);
        yield line;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (wasRefusedWith(error, 404)) return;
      if (
        !(error instanceof Ca3Error) ||
        !["CA3_KUBE_UNREACHABLE", "CA3_KUBE_UNAVAILABLE"].includes(error.code)
      )
        throw error;
      if (failures > 5) throw error;
      await clock.sleep(backoffMs(failures++, pause), signal);
    }
  }
}

/** The lines of the newest moment, with how often each came: the server gives that moment again. */
type Seen = { readonly time: string; readonly texts: ReadonlyMap<string, number> };

function noted(seen: Seen | undefined, { time, text }: LogLine): Seen {
  const texts = new Map(seen?.time === time ? seen.texts : []);
  return { time, texts: texts.set(text, (texts.get(text) ?? 0) + 1) };
}

const resumed = (options: LogOptions, time: string): LogOptions & { sinceTime: string } => ({
  container: options.container,
  sinceTime: time,
  signal: options.signal,
});

async function* linesOf(
  http: KubeHttp,
  pod: PodPlace,
  options: LogOptions & { readonly sinceTime?: string },
  { follow = false, silentMs }: { follow?: boolean; silentMs?: number },
): AsyncGenerator<LogLine> {
  const { container, previous, sinceMs, sinceTime, tail, signal } = options;
  const answer = await http.open({
    path: pathOf(resources.pods, { ...pod, sub: "log" }),
    query: {
      ...{ container, previous: previous || undefined, follow: follow || undefined, timestamps: true },
      ...{ sinceTime, tailLines: tail },
      sinceSeconds: sinceMs === undefined ? undefined : Math.max(1, Math.ceil(sinceMs / 1000)),
    },
    accept: "*/*",
    what: `read the log of Pod ${pod.namespace}/${pod.name}`,
    signal,
    ...(silentMs === undefined ? {} : { silentMs }),
  });
  for await (const line of lines(answer.chunks())) {
    const space = line.indexOf(" ");
    if (space > 0) yield { time: line.slice(0, space), text: line.slice(space + 1) };
  }
}
