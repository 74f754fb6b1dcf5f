export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What stands at a path such as `metadata.user`. */
export function at(root: unknown, path: string): unknown {
  let node = root;
  for (const key of path.split(".")) {
    if (!isObject(node)) return undefined;
    node = Object.hasOwn(node, key) ? node[key] : undefined;
  }
  return node;
}

/** The first of several places where a text or number stands, as text of at most 256 characters. */
export function textAt(root: unknown, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = at(root, path);
    if (typeof value === "string" && value.trim() !== "") return value.trim().slice(0, 256);
    if (typeof value === "number" && Number.isFinite(value)) return String(value);
  }
  return undefined;
}
