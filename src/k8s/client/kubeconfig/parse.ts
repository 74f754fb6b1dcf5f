import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { Ca3Error } from "../../../support/errors.ts";

/** An entry of a kubeconfig, and where it stands: paths in it are relative to its file. */
export type Entry = {
  readonly name: string;
  readonly file: string;
  readonly folder: string;
  readonly fields: Fields;
};
export type Fields = Readonly<Record<string, unknown>>;

export type Kubeconfig = {
  /** The files it was read from. */
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
};

/** Reads one kubeconfig. Throws CA3_KUBE_CONFIG when it is none. */
export function parseKubeconfig(text: string, file: string): Kubeconfig {
  const root = readRoot(text, file);
  const folder = dirname(resolve(file));
  const named = (list: string, member: string) =>
    new Map(entriesOf(root[list], { list, member, file, folder }).map((entry) => [entry.name, entry]));
  const current = root["current-context"];
  return {
    files: [file],
    currentContext: typeof current === "string" && current !== "" ? current : undefined,
    clusters: named("clusters", "cluster"),
    users: named("users", "user"),
    contexts: named("contexts", "context"),
  };
}

function readRoot(text: string, file: string): Fields {
  let root: unknown;
  try {
    root = parse(text, { schema: "core", prettyErrors: false });
  } catch (error) {
    throw broken(file, `is not valid YAML: ${(error as Error).message}`, error);
  }
  if (!isFields(root)) throw broken(file, "is empty or no kubeconfig");
  if (root["kind"] !== undefined && root["kind"] !== "Config")
    throw broken(file, `holds a ${String(root["kind"])}, not a kubeconfig`);
  return root;
}

function entriesOf(
  list: unknown,
  { list: key, member, file, folder }: { list: string; member: string; file: string; folder: string },
): Entry[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw broken(file, `${key} is not a list`);
  return list.map((one: unknown, index) => {
    const name = isFields(one) ? one["name"] : undefined;
    if (!isFields(one) || (typeof name !== "string" && typeof name !== "number"))
      throw broken(file, `${key}[${index}] has no name`);
    const fields = one[member];
    return { name: String(name), file, folder, fields: isFields(fields) ? fields : {} };
  });
}

/** Several files as one: of entries with the same name the first wins, as `kubectl` has it. */
export function mergeKubeconfigs(all: readonly Kubeconfig[]): Kubeconfig {
  const merged = (of: (one: Kubeconfig) => ReadonlyMap<string, Entry>) =>
    new Map(all.toReversed().flatMap((one) => [...of(one)]));
  return {
    files: all.flatMap(({ files }) => files),
    currentContext: all.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
    clusters: merged(({ clusters }) => clusters),
    users: merged(({ users }) => users),
    contexts: merged(({ contexts }) => contexts),
  };
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const broken = (file: string, what: string, cause?: unknown): Ca3Error =>
  new Ca3Error("CA3_KUBE_CONFIG", `the kubeconfig ${file} ${what}`, cause === undefined ? {} : { cause });
