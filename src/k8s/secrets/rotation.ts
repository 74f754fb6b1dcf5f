import { Ca3Error } from "../../support/errors.ts";
import type { SecretUse } from "../manifests/secrets.ts";

/** One Secret to write anew: the keys that get new values, which its copies share. */
export type Rotation = {
  readonly keys: Readonly<
    Record<string, { readonly random: number; readonly as: "base64url" | "base64" | "hex" }>
  >;
  /** The Secret and its copies in other namespaces. */
  readonly places: readonly { readonly namespace: string; readonly name: string }[];
  readonly usedBy: readonly string[];
};

/** What cannot be made anew while a cluster runs, and why. */
const fixed: Readonly<Record<string, string>> = {
  "kafka-cluster": "brokers that restart one after the other would refuse each other",
  "mongo-cluster": "members that restart one after the other would refuse each other",
};

/** What making a Secret anew means. Throws CA3_NOT_FOUND when there is none of that name, CA3_USAGE when it cannot be. */
export function planRotation(secrets: readonly SecretUse[], name: string): Rotation {
  const same = secrets.filter((one) => one.name === name);
  const source = same.find(({ values }) => Object.values(values).some((value) => "random" in value));
  if (source === undefined)
    throw new Ca3Error("CA3_NOT_FOUND", `there is no generated Secret ${name}`, { hint: "ca3 secrets show" });
  const reason = fixed[name];
  if (reason !== undefined)
    throw new Ca3Error("CA3_USAGE", `${name} cannot be rotated: ${reason}`, { hint: "ca3 secrets show" });
  return {
    keys: Object.fromEntries(
      Object.entries(source.values).flatMap(([key, value]) => ("random" in value ? [[key, value]] : [])),
    ),
    places: same.map(({ namespace, name: own }) => ({ namespace, name: own })),
    usedBy: source.usedBy,
  };
}
