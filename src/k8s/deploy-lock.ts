import { Ca3Error } from "../support/errors.ts";
import { formatDuration } from "../support/format.ts";
import { HOME_NAMESPACE } from "./apply-set.ts";
import type { KubeClient } from "./client/client.ts";
import { wasRefusedWith } from "./client/http.ts";
import { resources } from "./client/resource.ts";
import { mergeObject } from "./client/write.ts";
import { ensureHome } from "./home.ts";
import { type LiveObject, numberAt, textAt } from "./live-object.ts";
import type { KubeObject } from "./object.ts";

/** Held while a deployment is changed; who renews it no longer has died. */
const NAME = "ca3-deploy";
const PLACE = { namespace: HOME_NAMESPACE, name: NAME };
const REF = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", ...PLACE } as const;
const HELD_SECONDS = 60;
const RENEW_EVERY_MS = 15_000;

export type DeployLock = AsyncDisposable & {
  /** Aborts when the lock is lost: somebody broke it, or the API server was away for too long. */
  readonly lost: AbortSignal;
};

export type LockOptions = {
  /** Who takes it, for whoever finds it taken: `ann@laptop, process 4711`. */
  readonly holder: string;
  /** Takes it from whoever has it. */
  readonly breakIt: boolean;
  readonly signal: AbortSignal;
};

/**
 * Takes the lock of a cluster's deployment, and keeps it until it is disposed, also after an interruption. Throws
 * CA3_KUBE_LOCKED that says who has it, and for how long.
 */
export async function takeLock(client: KubeClient, options: LockOptions): Promise<DeployLock> {
  let held = await acquire(client, options);
  const lost = new AbortController();
  const ended = new AbortController();
  const renewing = (async () => {
    let renewedMs = client.clock.now();
    while (!ended.signal.aborted) {
      await client.clock.sleep(RENEW_EVERY_MS, ended.signal);
      if (ended.signal.aborted) return;
      try {
        held = await renew(client, held, ended.signal);
        renewedMs = client.clock.now();
      } catch (error) {
        if (wasRefusedWith(error, 404) && (await isHomeLeaving(client, ended.signal))) return;
        const taken = wasRefusedWith(error, 404) || wasRefusedWith(error, 409);
        if (taken || client.clock.now() - renewedMs > HELD_SECONDS * 1000) return lost.abort(lostIt(client));
      }
    }
  })();
  return {
    lost: lost.signal,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await renewing;
      // Also when what was done under it failed or was interrupted; what cannot be given back ends by itself.
      await release(client, held).catch(() => {});
    },
  };
}

/** The last of an undeployment is the namespace of the lock, and the lock with it. */
async function isHomeLeaving(client: KubeClient, signal: AbortSignal): Promise<boolean> {
  const ref = { apiVersion: "v1", kind: "Namespace", name: HOME_NAMESPACE };
  const home = await client.get(ref, signal).catch(() => "unknown" as const);
  return home !== "unknown" && (home === undefined || home.metadata.deletionTimestamp !== undefined);
}

/** Says that the holder lives. */
async function renew(client: KubeClient, held: LiveObject, signal: AbortSignal): Promise<LiveObject> {
  for (let last = held; ; ) {
    try {
      return await write(client, last, { renewTime: microTime(client.clock.now()) }, signal);
    } catch (error) {
      if (!wasRefusedWith(error, 409)) throw error;
      const found = await client.get(REF, signal);
      if (found === undefined || !isSame(found, held["spec"])) throw error;
      last = found;
    }
  }
}

/**
 * Deletes the lock as long as it is the holder's. Its version may be another than the one that was answered last: the answer
 * to a renewal was lost, somebody wrote something else about it, or the API server counted on without a change, which was seen
 * over SQLite.
 */
async function release(client: KubeClient, held: LiveObject): Promise<void> {
  for (let last: LiveObject | undefined = held; last !== undefined && isSame(last, held["spec"]); ) {
    const { uid, resourceVersion } = last.metadata;
    if (await client.delete(REF, { uid, resourceVersion, propagation: "Background" })) return;
    last = await client.get(REF);
  }
}

async function acquire(client: KubeClient, { holder, breakIt, signal }: LockOptions): Promise<LiveObject> {
  await ensureHome(client, signal);
  const now = microTime(client.clock.now());
  const spec = {
    ...{ holderIdentity: holder, leaseDurationSeconds: HELD_SECONDS, acquireTime: now, renewTime: now },
  };
  const made = await client.create(leaseWith(spec), signal);
  if (made !== undefined) return made;
  const found = await client.get(REF, signal);
  if (found === undefined) return await acquire(client, { holder, breakIt, signal });
  if (isSame(found, spec)) return found;
  if (!breakIt && isHeld(found, client.clock.now())) throw locked(client, found);
  try {
    return await write(client, found, spec, signal);
  } catch (error) {
    if (wasRefusedWith(error, 409)) throw locked(client, found);
    throw error;
  }
}

/**
 * By who holds it, and since when. A write whose answer was lost is made again, and finds what it has made itself: that is
 * no other holder.
 */
const isSame = (found: LiveObject, spec: unknown): boolean =>
  ["holderIdentity", "acquireTime"].every((field) => textAt(found, "spec", field) === textAt(spec, field));

const leaseWith = (spec: object): KubeObject => ({
  ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease", spec },
  metadata: { ...PLACE, labels: { "app.kubernetes.io/managed-by": "ca3" } },
});

/** Only as it was seen: a lock that somebody else wrote to meanwhile is theirs. */
async function write(
  client: KubeClient,
  { apiVersion, kind, metadata: { resourceVersion } }: LiveObject,
  spec: object,
  signal: AbortSignal,
): Promise<LiveObject> {
  const change = { metadata: { resourceVersion }, spec };
  const written = await mergeObject(client.http, resources.leases, PLACE, change, { signal });
  return { ...written, apiVersion, kind };
}

/** Whether its holder still renews it, as far as the clocks of two machines tell. Pure. */
function isHeld(lease: LiveObject, nowMs: number): boolean {
  const renewedMs = Date.parse(textAt(lease, "spec", "renewTime") ?? "");
  const heldMs = (numberAt(lease, "spec", "leaseDurationSeconds") ?? HELD_SECONDS) * 1000;
  return (textAt(lease, "spec", "holderIdentity") ?? "") !== "" && nowMs - renewedMs < heldMs;
}

function locked(client: KubeClient, lease: LiveObject): Ca3Error {
  const who = textAt(lease, "spec", "holderIdentity") || "somebody";
  const ago = (field: string) => {
    const ms = Date.parse(textAt(lease, "spec", field) ?? "");
    return Number.isNaN(ms) ? "an unknown time" : formatDuration(Math.max(0, client.clock.now() - ms));
  };
  return new Ca3Error(
    "CA3_KUBE_LOCKED",
    `${who} has been changing the deployment in cluster ${client.cluster} for ${ago("acquireTime")}, and last confirmed it ${ago("renewTime")} ago`,
    {
      hint: `wait for it; if it is dead the lock expires ${HELD_SECONDS} s after it was last renewed, or take it with --break-lock`,
    },
  );
}

const lostIt = (client: KubeClient): Ca3Error =>
  new Ca3Error("CA3_KUBE_LOCKED", `somebody else has taken the lock of cluster ${client.cluster}`, {
    hint: "ca3 status, then ca3 deploy again when the other one is done",
  });

/** As a Lease has it: with microseconds. */
const microTime = (ms: number): string => new Date(ms).toISOString().replace("Z", "000Z");
