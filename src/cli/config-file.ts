import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ca3Error } from "../support/errors.ts";
import type { GivenFlags } from "./command.ts";
import type { Problem, Tree } from "./config/tree.ts";

/** The settings file that is read when neither `--config` nor `$CA3_CONFIG` names another. */
const CONFIG_FILE = "ca3.yaml";
const MAX_BYTES = 1024 * 1024;

export type ConfigFile = {
  /** As the person named it. */
  readonly name: string;
  readonly tree: Tree;
  /** What is wrong with the file as YAML, whatever its settings are. */
  readonly problems: readonly Problem[];
};

/** Where a command finds its settings: the flags it was given, the environment, and the folder of `ca3.yaml`. */
export type Surroundings = {
  readonly given: GivenFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
};

/** The name of the settings file and whether somebody asked for exactly this one. */
export function configFileName({ given, env }: Surroundings): { name: string; asked: boolean } {
  const asked = typeof given["config"] === "string" ? given["config"] : env["CA3_CONFIG"];
  return asked ? { name: asked, asked: true } : { name: CONFIG_FILE, asked: false };
}

/**
 * The settings file, or `undefined` when there is none and none was asked for. Throws CA3_FILE when it cannot be read;
 * broken YAML is reported in `problems`.
 */
export async function loadConfigFile(around: Surroundings): Promise<ConfigFile | undefined> {
  const { name, asked } = configFileName(around);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(around.cwd, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !asked) return undefined;
    const hint = code === "ENOENT" ? `ca3 config init --config ${name}` : undefined;
    throw new Ca3Error("CA3_FILE", `cannot read the settings file ${name}: ${code ?? error}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return await parseConfigFile(bytes, name);
}

/** The bytes of a settings file as a tree with positions; never throws. */
export async function parseConfigFile(bytes: Uint8Array, name: string): Promise<ConfigFile> {
  const at = { line: 1, column: 1 };
  const refused = (message: string): ConfigFile => ({
    name,
    tree: { at, value: null },
    problems: [{ where: `${name}:1:1`, position: at, setting: "", message }],
  });
  if (bytes.length > MAX_BYTES) return refused(`larger than ${MAX_BYTES} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refused("not UTF-8 text");
  }
  const { readYaml } = await import("./config/yaml.ts");
  return { name, ...readYaml(text, name) };
}
