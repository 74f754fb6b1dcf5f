import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { closest } from "../../support/closest.ts";
import {
  resolveSettings,
  type Setting,
  type SettingInputs,
  type SettingSource,
} from "../../support/settings.ts";
import type { ConfigFile, Surroundings } from "../config-file.ts";
import { generalVariables } from "../help/environment.ts";
import type { SettingsGroup } from "../settings-registry.ts";
import { nearestTree, type Problem, treeAt } from "./tree.ts";
import { unknownKeys } from "./unknown-keys.ts";

/** One setting with the value in force, where that came from, and what is wrong with it. */
export type Explained = {
  readonly setting: Setting<unknown>;
  readonly value: unknown;
  readonly source: SettingSource;
  /** `ca3.yaml:3:9`, `$PORT`, `default` or `not set`. */
  readonly origin: string;
  readonly problems: readonly Problem[];
};

/** What `resolveSettings` needs, from the command line, the environment and the file. */
export function settingInputs(
  { given, env, cwd }: Surroundings,
  file: ConfigFile | undefined,
): SettingInputs {
  return {
    flags: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, onlyOne(value)])),
    env,
    file: file?.tree.value,
    fileOrigin: (path) => locate(file, path),
    readFile: (path) => readFileSync(resolve(cwd, path), "utf8"),
  };
}

/** A list given once may hold commas; given several times, each is one member. */
const onlyOne = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value);

function locate(file: ConfigFile | undefined, path: string): string {
  const at = file && nearestTree(file.tree, path).at;
  return at ? `${file.name}:${at.line}:${at.column}` : path;
}

/** Every setting of every group, in order. A setting that is required but absent is not a problem here. */
export function explainSettings(
  groups: readonly SettingsGroup[],
  around: Surroundings,
  file: ConfigFile | undefined,
): Explained[] {
  const inputs = settingInputs(around, file);
  const named = (path: string) => `${locate(file, path)}: ${path}`;
  return groups.flatMap(({ settings }) =>
    Object.values(settings).map((setting) => {
      const { values, sources, origins } = resolveSettings({ it: setting }, inputs);
      const { problems } = resolveSettings({ it: setting }, { ...inputs, fileOrigin: named });
      const position = file && sources.it === "file" ? treeAt(file.tree, setting.path)?.at : undefined;
      return {
        setting,
        value: values.it,
        source: sources.it,
        origin: origins.it,
        problems: sources.it === "absent" ? [] : problems.map((text) => problemOf(setting, text, position)),
      };
    }),
  );
}

/** `resolveSettings` writes "origin: what is wrong", and of a file also which setting; here each stands apart. */
function problemOf(setting: Setting<unknown>, text: string, position: Problem["position"]): Problem {
  const [where, rest] = cut(text);
  const [path, message] = position ? cut(rest) : [setting.path, rest];
  return { where, setting: path, message, ...(position ? { position } : {}) };
}

function cut(text: string): [string, string] {
  const end = text.indexOf(": ");
  return [text.slice(0, end), text.slice(end + 2)];
}

/** Everything that is wrong with the file and the environment, in the order of the file. */
export function configProblems(
  groups: readonly SettingsGroup[],
  around: Surroundings,
  file: ConfigFile | undefined,
): Problem[] {
  const values = explainSettings(groups, around, file).flatMap(({ problems }) => problems);
  return [...fileProblems(groups, file), ...values].sort(
    (a, b) => (a.position?.line ?? Infinity) - (b.position?.line ?? Infinity) || 0,
  );
}

/** What is wrong with the file itself: its YAML and keys that no setting has. */
export function fileProblems(groups: readonly SettingsGroup[], file: ConfigFile | undefined): Problem[] {
  const paths = groups.flatMap(({ settings }) => Object.values(settings).map(({ path }) => path));
  return file ? [...file.problems, ...unknownKeys(file.tree, paths, file.name)] : [];
}

/** Variables that look like ours and that nothing reads, one sentence each. */
export function unreadVariables(groups: readonly SettingsGroup[], env: Surroundings["env"]): string[] {
  const known = new Set(generalVariables.map(([name]) => name));
  for (const { settings } of groups)
    for (const { env: names, secret } of Object.values(settings))
      for (const name of names ?? []) known.add(name).add(secret ? `${name}_FILE` : name);
  return Object.keys(env)
    .filter((name) => /^CA3_(?!TEST_)/.test(name) && !known.has(name))
    .map((name) => {
      const near = closest(name, [...known]);
      return `$${name} is read by nothing${near === undefined ? "" : `, did you mean $${near}?`}`;
    });
}
