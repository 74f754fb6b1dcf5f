import type { Clock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import { lines } from "../../support/lines.ts";
import { backoffMs } from "../../support/retry.ts";
import type { LiveObject } from "../live-object.ts";
import type { KubeHttp } from "./http.ts";
import { wasRefusedWith } from "./http.ts";
import { isFields } from "./kubeconfig/parse.ts";
import { describeList, listObjects, selectors, type Where } from "./read.ts";
import { pathOf, type Resource } from "./resource.ts";
import { statusOf } from "./status.ts";

export type Change =
  /** New, or no longer as it was. */
  | { readonly type: "present"; readonly object: LiveObject }
  | { readonly type: "gone"; readonly object: LiveObject }
  /** All that there is has been told; what follows are changes as they happen. */
  | { readonly type: "synced" };

export type WatchOptions = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long the server may be away before the watch ends with the reason, ms. */
  readonly patienceMs?: number;
  /** Told while the server is away. */
  readonly onTrouble?: (error: Ca3Error) => void;
  /** How long one request stays open, s. */
  readonly openSeconds?: number;
};

/**
 * A request is kept short, so that a connection that died without a word is noticed soon; the next one goes on where it
 * ended. It is silent for longer than its time only when nobody is there any more.
 */
const OPEN_SECONDS = 45;
const GRACE_SECONDS = 10;
/** Objects may have a MiB and more; what is beyond this is no object. */
const LONGEST_EVENT = 64 * 1024 * 1024;
const pause = { firstMs: 200, maxMs: 5_000 };

/**
 * The objects of a kind, and every change to them until `signal` aborts. Nothing is missed: when the server has
 * forgotten where the watch was, all is listed anew and the difference told.
 */
export async function* watchObjects(
  http: KubeHttp,
  resource: Resource,
  where: Where,
  options: WatchOptions,
): AsyncGenerator<Change> {
  const { clock, signal, patienceMs = 60_000, onTrouble } = options;
  const known = new Map<string, LiveObject>();
  let version: string | undefined;
  let failures = 0;
  let failingSinceMs: number | undefined;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const listed = await listObjects(http, resource, where, signal);
        yield* difference(known, listed.objects);
        yield { type: "synced" };
        version = listed.version;
      }
      for await (const event of eventsSince(http, resource, where, version, options)) {
        failures = 0;
        failingSinceMs = undefined;
        version = event.object.metadata.resourceVersion;
        const change = changeOf(known, event);
        if (change !== undefined) yield change;
      }
      failures = 0;
      failingSinceMs = undefined;
    } catch (error) {
      if (signal.aborted) return;
      if (wasRefusedWith(error, 410)) {
        version = undefined;
        continue;
      }
      failingSinceMs ??= clock.now();
      if (!passes(error) || clock.now() - failingSinceMs >= patienceMs) throw error;
      onTrouble?.(error);
      await clock.sleep(backoffMs(failures++, pause), signal);
    }
  }
}

/** What may be over soon. */
const passes = (error: unknown): error is Ca3Error =>
  error instanceof Ca3Error &&
  (error.code === "CA3_KUBE_UNAVAILABLE" || error.code === "CA3_KUBE_UNREACHABLE");

type WatchEvent = { readonly type: string; readonly object: LiveObject };

async function* eventsSince(
  http: KubeHttp,
  resource: Resource,
  where: Where,
  version: string,
  { signal, openSeconds = OPEN_SECONDS }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const what = `watch ${describeList(resource, where).slice("list ".length)}`;
  const answer = await http.open({
    ...{ path: pathOf(resource, where), what, signal, silentMs: (openSeconds + GRACE_SECONDS) * 1000 },
    query: {
      ...{ ...selectors(where), watch: true, allowWatchBookmarks: true },
      ...{ resourceVersion: version, timeoutSeconds: openSeconds },
    },
  });
  for await (const line of lines(answer.chunks(), LONGEST_EVENT)) {
    const event = JSON.parse(line) as WatchEvent;
    if (event.type === "ERROR")
      throw http.refused(statusOf(isFields(event.object) ? event.object : {}), what);
    yield event;
  }
}

const keyOf = ({ metadata: { namespace, name } }: LiveObject) => `${namespace ?? ""}/${name}`;

function* difference(known: Map<string, LiveObject>, listed: readonly LiveObject[]): Generator<Change> {
  const present = new Map(listed.map((object) => [keyOf(object), object]));
  for (const [key, object] of known)
    if (present.get(key)?.metadata.uid !== object.metadata.uid) {
      known.delete(key);
      yield { type: "gone", object };
    }
  for (const [key, object] of present) {
    if (known.get(key)?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
    known.set(key, object);
    yield { type: "present", object };
  }
}

function changeOf(known: Map<string, LiveObject>, { type, object }: WatchEvent): Change | undefined {
  if (type === "BOOKMARK") return undefined;
  if (type === "DELETED") {
    known.delete(keyOf(object));
    return { type: "gone", object };
  }
  known.set(keyOf(object), object);
  return { type: "present", object };
}
