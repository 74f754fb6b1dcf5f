import { gunzipSync } from "node:zlib";
import { parseDocument } from "yaml";
import { at, type LiveObject, textAt } from "../live-object.ts";
import type { ObjectRef } from "../object.ts";

/** The label by which the Helm controller tells which configuration a release was made from. */
export const CONFIG_HASH = "helmcharts.helm.cattle.io/configHash";

/** What a release says about itself. */
export type ReleaseFacts = {
  /** What runs pods in it. */
  readonly workloads: readonly ObjectRef[];
  /** The values that were given when it was made. */
  readonly values: unknown;
  readonly chartVersion: string | undefined;
};

const WORKLOADS = /^kind: *"?(Deployment|StatefulSet|DaemonSet)"?\s*$/m;
const known = new WeakMap<LiveObject, ReleaseFacts>();

/** The newest revision of a release among the Secrets of its namespace, where Helm keeps them. */
export function newestRelease(
  secrets: Iterable<LiveObject>,
  place: { readonly name: string; readonly namespace: string },
): LiveObject | undefined {
  const revision = ({ metadata }: LiveObject) => Number(metadata.labels?.["version"] ?? 0);
  return [...secrets]
    .filter(
      ({ metadata: { labels = {}, namespace } }) =>
        labels["owner"] === "helm" && labels["name"] === place.name && namespace === place.namespace,
    )
    .toSorted((one, other) => revision(other) - revision(one))[0];
}

/** Read once for each revision; one that cannot be read has nothing. */
export function factsOf(release: LiveObject): ReleaseFacts {
  const before = known.get(release);
  if (before !== undefined) return before;
  const facts = read(release);
  known.set(release, facts);
  return facts;
}

function read(release: LiveObject): ReleaseFacts {
  let content: unknown;
  try {
    const held = Buffer.from(textAt(release, "data", "release") ?? "", "base64").toString();
    content = JSON.parse(gunzipSync(Buffer.from(held, "base64")).toString());
  } catch {
    return { workloads: [], values: undefined, chartVersion: undefined };
  }
  return {
    workloads: workloadsIn(textAt(content, "manifest") ?? "", release.metadata.namespace ?? "default"),
    values: at(content, "config"),
    chartVersion: textAt(content, "chart", "metadata", "version"),
  };
}

const workloadsIn = (manifest: string, home: string): readonly ObjectRef[] =>
  manifest
    .split(/^---.*$/m)
    .filter((text) => WORKLOADS.test(text))
    .flatMap((text) => {
      const object: unknown = parseDocument(text).toJS();
      const [apiVersion, kind] = [textAt(object, "apiVersion"), textAt(object, "kind")];
      const name = textAt(object, "metadata", "name");
      if (apiVersion === undefined || kind === undefined || name === undefined) return [];
      return [{ apiVersion, kind, namespace: textAt(object, "metadata", "namespace") ?? home, name }];
    });

/** Whether values hold all that others say; they may say more. Pure. */
export function holds(values: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted))
    return Bun.deepEquals(values, wanted);
  return Object.entries(wanted).every(([key, value]) => holds(at(values, key) ?? null, value ?? null));
}
