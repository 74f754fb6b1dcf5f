import { layoutOf } from "../../k8s/manifests/layout.ts";
import { type SecretUse, wantedSecrets } from "../../k8s/manifests/secrets.ts";
import { unknownCluster } from "../../k8s/manifests/wish.ts";
import type { Surroundings } from "../config-file.ts";
import { deployWish } from "./wish.ts";

/** The Secrets that a deployment of `ca3.yaml` makes for itself. */
export async function wantedSecretsOf(around: Surroundings): Promise<SecretUse[]> {
  return wantedSecrets(layoutOf(await deployWish(around), unknownCluster));
}
