import { Ca3Error } from "../../support/errors.ts";
import { at, listAt, textAt } from "../live-object.ts";
import { groupOf, type ObjectRef } from "../object.ts";
import type { KubeHttp } from "./http.ts";
import type { Resource } from "./resource.ts";

const LIST = "as=APIGroupDiscoveryList";
const ACCEPT = ["v2", "v2beta1"]
  .map((v) => `application/json;g=apidiscovery.k8s.io;v=${v};${LIST}`)
  .join(",");

/**
 * Which kinds a cluster knows and where they stand, asked once and again when a kind is missing, as it is until a new
 * CustomResourceDefinition is served.
 */
export class Discovery {
  #known: Promise<ReadonlyMap<string, Resource>> | undefined;

  constructor(private readonly http: KubeHttp) {}

  /** The kind, or `undefined` when the cluster does not know it. `again` asks the cluster anew when it is missing. */
  async find(ref: Pick<ObjectRef, "apiVersion" | "kind">, again = false): Promise<Resource | undefined> {
    const key = `${ref.apiVersion}|${ref.kind}`;
    const found = (await this.all()).get(key);
    if (found !== undefined || !again) return found;
    this.forget();
    return (await this.all()).get(key);
  }

  /** The same; throws CA3_KUBE_KIND when the cluster does not know it. */
  async resource(ref: Pick<ObjectRef, "apiVersion" | "kind">): Promise<Resource> {
    const found = await this.find(ref, true);
    if (found !== undefined) return found;
    const group = groupOf(ref.apiVersion);
    throw new Ca3Error(
      "CA3_KUBE_KIND",
      `cluster ${this.http.cluster} knows no ${ref.kind} in ${ref.apiVersion}`,
      { hint: `install what brings ${group === "" ? ref.kind : group}, or turn off the part that needs it` },
    );
  }

  /** All kinds, by `APIVERSION|KIND`. */
  all(): Promise<ReadonlyMap<string, Resource>> {
    this.#known ??= this.#ask().catch((error: unknown) => {
      this.#known = undefined;
      throw error;
    });
    return this.#known;
  }

  forget(): void {
    this.#known = undefined;
  }

  async #ask(): Promise<ReadonlyMap<string, Resource>> {
    const what = "list the kinds of objects";
    const lists = await Promise.all(
      ["/api", "/apis"].map((path) => this.http.json<unknown>({ path, accept: ACCEPT, what })),
    );
    return new Map(lists.flatMap(readDiscovery).map((one) => [keyOf(one), one]));
  }
}

const keyOf = ({ group, version, kind }: Resource) =>
  `${group === "" ? version : `${group}/${version}`}|${kind}`;

/** The kinds in one answer of aggregated discovery. */
function readDiscovery(list: unknown): Resource[] {
  return listAt(list, "items").flatMap((item) => {
    const group = textAt(item, "metadata", "name") ?? "";
    return listAt(item, "versions").flatMap((entry) => {
      const version = textAt(entry, "version") ?? "";
      return listAt(entry, "resources").flatMap((resource): Resource[] => {
        const kind = textAt(resource, "responseKind", "kind");
        const plural = textAt(resource, "resource");
        if (kind === undefined || plural === undefined) return [];
        return [{ group, version, kind, plural, namespaced: at(resource, "scope") === "Namespaced" }];
      });
    });
  });
}
