/** Part of a JSON Schema document. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Named schemas of a document; they are collected while their uses are replaced by references. */
export class Components {
  readonly #schemas = new Map<string, Json>();

  /** The schema with every part that has an `$id` replaced by a reference to a component of that name. */
  reference(schema: unknown): Json {
    return this.#visit(JSON.parse(JSON.stringify(schema)) as Json);
  }

  all(): Readonly<Record<string, Json>> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #visit(node: Json): Json {
    if (Array.isArray(node)) return node.map((one) => this.#visit(one));
    if (node === null || typeof node !== "object") return node;
    const { $id, ...rest } = node as JsonObject;
    const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, this.#visit(value)]));
    if (typeof $id !== "string") return inner;
    const known = this.#schemas.get($id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(inner))
      throw new Error(`two schemas are called ${$id}`);
    this.#schemas.set($id, inner);
    return { $ref: `#/components/schemas/${$id}` };
  }
}
