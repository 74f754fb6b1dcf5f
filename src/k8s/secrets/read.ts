import { Ca3Error } from "../../support/errors.ts";
import { Secret } from "../../support/secret.ts";
import type { KubeClient } from "../client/client.ts";
import { textAt } from "../live-object.ts";

type SecretPlace = {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  /** What to do when it is not there, where no deployment makes it. */
  readonly hint?: string;
};

/** One value of a Secret of the cluster. Throws CA3_NOT_FOUND when the Secret or the key is not there. */
export async function secretValue(
  client: KubeClient,
  { namespace, name, key, hint = "ca3 deploy" }: SecretPlace,
  signal?: AbortSignal,
): Promise<Secret> {
  const found = await client.get({ apiVersion: "v1", kind: "Secret", namespace, name }, signal);
  const held = textAt(found, "data", key);
  if (held !== undefined) return new Secret(Buffer.from(held, "base64").toString());
  const what =
    found === undefined
      ? `there is no Secret ${namespace}/${name}`
      : `Secret ${namespace}/${name} has no ${key}`;
  throw new Ca3Error("CA3_NOT_FOUND", `${what} in cluster ${client.cluster}`, { hint });
}
