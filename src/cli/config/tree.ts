/** A position in a file; the first line and column are 1. */
export type Position = { readonly line: number; readonly column: number };

/** A value of the settings file that knows where it stands. */
export type Tree = {
  readonly at: Position;
  /** The plain value. */
  readonly value: unknown;
  /** The members of a mapping, by key; absent when this is not a mapping. */
  readonly members?: ReadonlyMap<string, { readonly keyAt: Position; readonly tree: Tree }>;
  /** The entries of a list; absent when this is not a list. */
  readonly items?: readonly Tree[];
};

/** The value at a path such as `server.port` or `cluster.workers.0.type`, if there is one. */
export const treeAt = (tree: Tree, path: string): Tree | undefined =>
  path.split(".").reduce<Tree | undefined>((node, key) => partOf(node, key), tree);

/** The same, or what is nearest above it when the path leads to nothing that was written. */
export function nearestTree(tree: Tree, path: string): Tree {
  let node = tree;
  for (const key of path.split(".")) {
    const next = partOf(node, key);
    if (next === undefined) break;
    node = next;
  }
  return node;
}

const partOf = (node: Tree | undefined, key: string): Tree | undefined =>
  node?.members?.get(key)?.tree ?? node?.items?.[Number(key)];

/** One thing that is wrong with the settings, and where it is to be corrected. */
export type Problem = {
  /** `ca3.yaml:3:9`, `$PORT` or `--port`. */
  readonly where: string;
  readonly position?: Position;
  /** Path of the setting; empty when it is not about one. */
  readonly setting: string;
  readonly message: string;
};

/** One line, as compilers print it, so that editors can jump to it. */
export const problemText = ({ where, setting, message }: Problem): string =>
  setting === "" ? `${where}: ${message}` : `${where}: ${setting}: ${message}`;
