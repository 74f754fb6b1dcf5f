import { Ca3Error } from "../../support/errors.ts";
import type { KubeClient } from "../client/client.ts";
import { resources } from "../client/resource.ts";
import { mergeObject } from "../client/write.ts";
import { GENERATION } from "../facts.ts";
import { systemRandom } from "../generate.ts";
import type { Rotation } from "./rotation.ts";

/**
 * Writes new values into a Secret and its copies, and counts that up, by which pods learn of it. Throws CA3_NOT_FOUND
 * when one is not there yet.
 */
export async function rotate(
  client: KubeClient,
  { keys, places }: Rotation,
  signal: AbortSignal,
): Promise<void> {
  const live = await Promise.all(
    places.map((place) => client.get({ apiVersion: "v1", kind: "Secret", ...place }, signal)),
  );
  const missing = places[live.indexOf(undefined)];
  if (missing !== undefined)
    throw new Ca3Error("CA3_NOT_FOUND", `there is no Secret ${missing.namespace}/${missing.name} yet`, {
      hint: "ca3 deploy",
    });
  const data = Object.fromEntries(
    Object.entries(keys).map(([key, { random, as }]) => [
      key,
      Buffer.from(Buffer.from(systemRandom(random)).toString(as)).toString("base64"),
    ]),
  );
  const newest = Math.max(...live.map((one) => Number(one?.metadata.annotations?.[GENERATION] ?? 1)));
  for (const [at, place] of places.entries())
    await mergeObject(
      client.http,
      resources.secrets,
      place,
      {
        metadata: {
          resourceVersion: live[at]!.metadata.resourceVersion,
          annotations: { [GENERATION]: String(newest + 1) },
        },
        data,
      },
      { signal },
    );
}
