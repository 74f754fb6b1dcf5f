import { closest } from "../../support/closest.ts";
import type { Problem, Tree } from "./tree.ts";

/** Every key of the file that no setting has, and every section that is not one; with a suggestion where one is near. */
export function unknownKeys(tree: Tree, paths: readonly string[], name: string): Problem[] {
  const problems: Problem[] = [];
  visit(tree, "", paths, (node, at, message) => {
    const where = `${name}:${at.line}:${at.column}`;
    problems.push({ where, position: at, setting: node, message });
  });
  return problems;
}

type Report = (path: string, at: Tree["at"], message: string) => void;

function visit(tree: Tree, prefix: string, paths: readonly string[], report: Report): void {
  const here = paths.filter((path) => path.startsWith(prefix));
  const names = new Set(here.map((path) => path.slice(prefix.length).split(".")[0]!));
  for (const [key, { keyAt, tree: child }] of tree.members ?? []) {
    const path = prefix + key;
    if (!names.has(key)) report(path, keyAt, `unknown setting${suggestion(key, prefix, names, paths)}`);
    else if (paths.includes(path)) continue;
    else if (child.members) visit(child, `${path}.`, paths, report);
    else if (child.value !== null)
      report(path, child.at, "is a section: put its settings on indented lines below");
  }
}

function suggestion(
  key: string,
  prefix: string,
  names: ReadonlySet<string>,
  paths: readonly string[],
): string {
  const near = closest(key, [...names]);
  if (near !== undefined) return `, did you mean ${prefix}${near}?`;
  const elsewhere = paths.filter((path) => path.split(".").at(-1) === key);
  return elsewhere.length === 1 ? `, did you mean ${elsewhere[0]}?` : "";
}
