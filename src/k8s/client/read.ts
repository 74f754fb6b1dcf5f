import type { LiveObject } from "../live-object.ts";
import { at, listAt, textAt } from "../live-object.ts";
import { type KubeHttp, wasRefusedWith } from "./http.ts";
import { apiVersionOf, pathOf, type Resource } from "./resource.ts";

export type Place = { readonly namespace?: string | undefined; readonly name: string };

/** Which objects of a kind: of one namespace or of all, by labels and fields. */
export type Where = {
  readonly namespace?: string | undefined;
  readonly labels?: string;
  readonly fields?: string;
  /** How many objects are asked for at once. */
  readonly page?: number;
};

/** A list as it was at one moment; `version` is where a watch goes on. */
export type Listed = { readonly objects: readonly LiveObject[]; readonly version: string };

/** The object, or `undefined` when there is none. */
export async function getObject(
  http: KubeHttp,
  resource: Resource,
  place: Place,
  signal?: AbortSignal,
): Promise<LiveObject | undefined> {
  const what = `read ${describe(resource, place)}`;
  try {
    return await http.json<LiveObject>({ path: pathOf(resource, place), what, signal });
  } catch (error) {
    if (wasRefusedWith(error, 404)) return undefined;
    throw error;
  }
}

const PAGE = 250;

/** All objects of a kind, read in pages. A list that grew too old between two pages is begun again. */
export async function listObjects(
  http: KubeHttp,
  resource: Resource,
  where: Where,
  signal?: AbortSignal,
): Promise<Listed> {
  const objects: LiveObject[] = [];
  let next: string | undefined;
  for (;;) {
    let page: unknown;
    try {
      page = await http.json<unknown>({
        ...{ path: pathOf(resource, where), what: describeList(resource, where), signal },
        query: { ...selectors(where), limit: where.page ?? PAGE, continue: next },
      });
    } catch (error) {
      if (next === undefined || !wasRefusedWith(error, 410)) throw error;
      objects.length = 0;
      next = undefined;
      continue;
    }
    for (const item of listAt(page, "items"))
      objects.push({
        apiVersion: apiVersionOf(resource),
        kind: resource.kind,
        ...(item as object),
      } as LiveObject);
    next = textAt(page, "metadata", "continue") || undefined;
    if (next === undefined)
      return { objects, version: String(at(page, "metadata", "resourceVersion") ?? "") };
  }
}

export const selectors = ({ labels, fields }: Where) => ({ labelSelector: labels, fieldSelector: fields });

export const describe = ({ kind }: Resource, { namespace, name }: Place): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

export const describeList = ({ plural }: Resource, { namespace }: Where): string =>
  `list ${plural}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
