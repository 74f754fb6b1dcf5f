import type { KubeClient } from "../k8s/client/client.ts";
import { ports } from "../k8s/manifests/addresses.ts";
import { secretNames } from "../k8s/manifests/secret-names.ts";
import { secretValue } from "../k8s/secrets/read.ts";
import { answeringPods, type Tunnels } from "../k8s/tunnels.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Secret } from "../support/secret.ts";
import { type Api, type ApiAnswer, apiAt } from "./web-api.ts";

/**
 * The API of the processors of a cluster, through tunnels to their pods, with the token that the deployment made. Metrics
 * are those of all pods, one page after the other, so that sums are of all; everything else is asked of one.
 */
export function apiInCluster(client: KubeClient, tunnels: Tunnels, namespace: string): Api {
  const where = `processor in namespace ${namespace}`;
  const { name: held } = secretNames.api;
  const onRefusal = `it knows another token than Secret ${namespace}/${held} holds: ca3 secrets rotate ${held}, then ca3 deploy`;
  let token: Promise<Secret | undefined> | undefined;
  const readToken = (signal: AbortSignal) => {
    const { name, keys } = secretNames.api;
    const reading = secretValue(client, { namespace, name, key: keys.token }, signal).catch(withoutToken);
    token ??= reading;
    reading.catch(() => {
      token = undefined;
    });
    return token;
  };
  const ask = async (pod: string, path: string, signal: AbortSignal): Promise<ApiAnswer> => {
    const port = await tunnels.to({ namespace, pod, port: ports.http });
    const api = apiAt(`http://127.0.0.1:${port}`, await readToken(signal), {
      where: `Pod ${namespace}/${pod}`,
      hint: "ca3 logs processor",
      onRefusal,
    });
    return await api.get(path, signal);
  };
  return {
    ...{ where, onRefusal },
    async get(path, signal) {
      const pods = (await answeringPods(client, { namespace, name: "processor" }, signal)).map(
        ({ metadata }) => metadata.name,
      );
      if (path !== "/metrics") return await ask(pods[0]!, path, signal);
      const answers = await Promise.all(pods.map((pod) => ask(pod, path, signal)));
      const refused = answers.find(({ status }) => status !== 200);
      return refused ?? { status: 200, text: answers.map(({ text }) => text).join("\n") };
    },
  };
}

/** A server that asks for none has none. */
function withoutToken(error: unknown): undefined {
  if (error instanceof Ca3Error && error.code === "CA3_NOT_FOUND") return undefined;
  throw error;
}
