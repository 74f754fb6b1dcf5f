import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Position, Problem, Tree } from "./tree.ts";

/** Far more than a person writes; keeps a hostile file from taking time or memory. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 50;

export type YamlRead = { readonly tree: Tree; readonly problems: readonly Problem[] };

/**
 * Reads YAML 1.2 (core schema: no dates, no binary, no merge keys) into a tree with positions. Syntax errors, duplicate
 * keys and the like come back as problems, all at once; the tree then holds what could be read. Never throws.
 */
export function readYaml(text: string, name: string): YamlRead {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const report = (message: string, at: Position) =>
    problems.push({ where: `${name}:${at.line}:${at.column}`, position: at, setting: "", message });
  const start: Position = { line: 1, column: 1 };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: "core" });
    for (const { code, message, pos } of [...document.errors, ...document.warnings])
      report(`not valid YAML: ${ours[code] ?? message}`, position(pos[0]));
    const walk = walker(position, report, (alias) => alias.resolve(document));
    const tree = walk(document.contents as Node | null, start, 0);
    if (tree.value !== null && tree.members === undefined && problems.length === 0)
      report("expected settings, such as server: followed by indented lines", tree.at);
    return { tree, problems };
  } catch (error) {
    report(`not readable as YAML: ${(error as Error).message}`, start);
    return { tree: { at: start, value: null }, problems };
  }
}

/** Messages of the library that speak to programmers, in words for whoever wrote the file. */
const ours: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "only one document is allowed, remove the line ---",
};

type Alias = { resolve(document: ReturnType<typeof parseDocument>): Node | undefined };

function walker(
  position: (offset: number) => Position,
  report: (message: string, at: Position) => void,
  resolve: (alias: Alias) => Node | undefined,
) {
  let nodes = 0;
  const walk = (node: Node | null | undefined, parentAt: Position, depth: number): Tree => {
    const at = node?.range ? position(node.range[0]) : parentAt;
    if (++nodes > MAX_NODES) throw new Error(`more than ${MAX_NODES} values`);
    if (depth > MAX_DEPTH) throw new Error(`nested deeper than ${MAX_DEPTH} levels`);
    if (isAlias(node)) {
      const target = resolve(node);
      if (target === undefined) report(`not valid YAML: alias *${node.source} names nothing`, at);
      return walk(target, at, depth + 1);
    }
    if (isScalar(node)) return { at, value: node.value ?? null };
    if (isSeq(node)) {
      const items = node.items.map((item) => walk(item as Node, at, depth + 1));
      return { at, value: items.map(({ value }) => value), items };
    }
    if (!isMap(node)) return { at, value: null };
    const members = new Map<string, { keyAt: Position; tree: Tree }>();
    for (const { key, value } of node.items) {
      const keyAt = (key as Node | null)?.range ? position((key as Node).range![0]) : at;
      if (!isScalar(key) || key.value === null) report("expected a name before the colon", keyAt);
      else members.set(String(key.value), { keyAt, tree: walk(value as Node | null, keyAt, depth + 1) });
    }
    const value = Object.fromEntries([...members].map(([key, { tree }]) => [key, tree.value]));
    return { at, value, members };
  };
  return walk;
}
