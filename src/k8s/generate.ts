import { Ca3Error } from "../support/errors.ts";
import type { KubeClient } from "./client/client.ts";
import { resources } from "./client/resource.ts";
import { mergeObject } from "./client/write.ts";
import type { GeneratedSecret, GeneratedValue } from "./generated-secret.ts";
import { at, type LiveObject, textAt } from "./live-object.ts";
import type { KubeObject } from "./object.ts";
import { foreign, isOurs } from "./ownership.ts";

/** So many random bytes. */
export type Random = (bytes: number) => Uint8Array;

export const systemRandom: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

export const secretKey = ({ namespace, name }: { namespace: string; name: string }): string =>
  `${namespace}/${name}`;

/** What has to be made of one generated Secret. */
export type Generation = {
  readonly secret: GeneratedSecret;
  /** Keys that are missing, or no longer equal what they are a copy of. */
  readonly keys: readonly string[];
  /** It exists, and only these keys are added. */
  readonly exists: boolean;
};

/** Which values have to be made. Pure; `live` by `secretKey`. */
export function planGeneration(
  secrets: readonly GeneratedSecret[],
  live: ReadonlyMap<string, LiveObject>,
): Generation[] {
  return secrets.flatMap((secret) => {
    const have = live.get(secretKey(secret));
    const keys = Object.entries(secret.values).flatMap(([key, value]) => {
      const held = textAt(have, "data", key);
      if (held === undefined) return [key];
      if (!("sameAs" in value)) return [];
      const source = textAt(live.get(secretKey(value.sameAs)), "data", value.sameAs.key);
      return source === undefined || source === held ? [] : [key];
    });
    return keys.length === 0 ? [] : [{ secret, keys, exists: have !== undefined }];
  });
}

/** The Secrets that exist, by `secretKey`. Throws CA3_KUBE_FOREIGN when one is not ours. */
export async function liveSecrets(
  client: KubeClient,
  secrets: readonly GeneratedSecret[],
  { adopt, signal }: { readonly adopt: boolean; readonly signal: AbortSignal },
): Promise<Map<string, LiveObject>> {
  const live = new Map<string, LiveObject>();
  for (const { namespace, name } of secrets) {
    const found = await client.get({ apiVersion: "v1", kind: "Secret", namespace, name }, signal);
    if (found === undefined) continue;
    if (!adopt && !isOurs(found)) throw foreign(found, client.cluster);
    live.set(secretKey({ namespace, name }), found);
  }
  return live;
}

export type GenerateOptions = { readonly random: Random; readonly signal: AbortSignal };

/**
 * Makes what is missing, copies last. A Secret that somebody else makes at the same moment is left as it is, and a value
 * that exists is never replaced, except a copy that no longer equals its source.
 */
export async function generate(
  client: KubeClient,
  generations: readonly Generation[],
  live: Map<string, LiveObject>,
  { random, signal }: GenerateOptions,
): Promise<void> {
  const copies = ({ secret, keys }: Generation) => keys.some((key) => "sameAs" in secret.values[key]!);
  for (const generation of [...generations].sort(
    (one, other) => Number(copies(one)) - Number(copies(other)),
  )) {
    const { secret, keys, exists } = generation;
    const { namespace, name } = secret;
    const data = Object.fromEntries(
      keys.map((key) => [key, encodedValue(secret.values[key]!, live, random)]),
    );
    if (!exists) {
      const made = await client.create(secretObject(secret, data), signal);
      if (made !== undefined) {
        live.set(secretKey(secret), made);
        continue;
      }
      throw new Ca3Error(
        "CA3_KUBE_CONFLICT",
        `Secret ${namespace}/${name} was created by somebody else just now`,
        {
          hint: "run it again",
        },
      );
    }
    const { resourceVersion } = live.get(secretKey(secret))!.metadata;
    const change = { metadata: { resourceVersion }, data };
    live.set(
      secretKey(secret),
      await mergeObject(client.http, resources.secrets, { namespace, name }, change, { signal }),
    );
  }
}

/** In base64, as a Secret keeps it. */
function encodedValue(value: GeneratedValue, live: ReadonlyMap<string, LiveObject>, random: Random): string {
  if ("fixed" in value) return Buffer.from(value.fixed).toString("base64");
  if ("random" in value)
    return Buffer.from(Buffer.from(random(value.random)).toString(value.as)).toString("base64");
  const { namespace, name, key } = value.sameAs;
  const source = at(live.get(secretKey(value.sameAs)), "data", key);
  if (typeof source === "string") return source;
  throw new Ca3Error("CA3_NOT_FOUND", `Secret ${namespace}/${name} has no ${key} to copy`, {
    hint: "ca3 deploy platform",
  });
}

function secretObject(secret: GeneratedSecret, data: Readonly<Record<string, string>>): KubeObject {
  const { namespace, name, labels, type = "Opaque" } = secret;
  return {
    ...{ apiVersion: "v1", kind: "Secret", type, data },
    metadata: {
      ...{ namespace, name },
      labels: { ...labels, "app.kubernetes.io/managed-by": "ca3" },
      annotations: { "ca3.dev/generated": "once" },
    },
  };
}
