import { withoutCredentials } from "./credentials.ts";
import { Ca3Error } from "./errors.ts";
import type { ValueType } from "./setting-types.ts";

/**
 * One setting. It is parser, type, help text, JSON Schema and manifest contract at once: what is not declared here
 * cannot be set anywhere.
 */
export type Setting<T> = {
  /** Where it stands in `ca3.yaml`, such as `processor.poisonStopRatio`. */
  readonly path: string;
  /** Environment variables that set it; the first is the one we document, the others are accepted as well. */
  readonly env?: readonly [string, ...string[]];
  /** Flag that sets it, without the dashes. */
  readonly flag?: string;
  readonly doc: string;
  /** Name of the value on the help page, such as `URL`; `FILE` and `DIR` also steer completion. */
  readonly hint?: string;
  readonly type: ValueType<T>;
  readonly default?: T;
  /** May be absent without a default; the value is then `undefined`. */
  readonly optional?: boolean;
  /** Never printed; `<ENV>_FILE` is accepted in the environment. */
  readonly secret?: boolean;
};

// biome-ignore lint/suspicious/noExplicitAny: a table of settings has a value type per row
export type Settings = Readonly<Record<string, Setting<any>>>;
export type SettingValues<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T>
    ? S[K] extends { optional: true }
      ? T | undefined
      : T
    : never;
};
export type SettingSource = "flag" | "environment" | "file" | "default" | "absent";

export type SettingInputs = {
  /** By flag name, without the dashes. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The parsed `ca3.yaml`, nested as written. */
  readonly file?: unknown;
  /** Where in the file a setting stands, for messages; by default its path. */
  readonly fileOrigin?: (path: string) => string;
  /** Reads the file that `<ENV>_FILE` names; throws when it cannot. */
  readonly readFile?: (path: string) => string;
};

export type Resolved<S extends Settings> = {
  readonly values: SettingValues<S>;
  readonly sources: Readonly<Record<keyof S, SettingSource>>;
  /** Where exactly each value came from, such as `--rate`, `$RATE` or `producer.rate in ca3.yaml`. */
  readonly origins: Readonly<Record<keyof S, string>>;
  readonly problems: readonly string[];
};

/** Resolves every setting, flag > environment > file > default, and collects all problems instead of the first. */
export function resolveSettings<const S extends Settings>(settings: S, inputs: SettingInputs): Resolved<S> {
  const values: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  const origins: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const found = find(setting, inputs, problems);
    sources[name] = found.source;
    origins[name] = found.origin;
    values[name] = setting.default;
    if (found.source === "default") continue;
    if (found.source === "absent") {
      if (!setting.optional)
        problems.push(`${setting.env?.[0] ?? setting.path}: is required (${setting.doc})`);
      continue;
    }
    const parsed = setting.type.parse(found.raw);
    if ("value" in parsed) values[name] = parsed.value;
    else if (parsed.parts && !setting.secret)
      for (const { part, problem, raw } of parsed.parts)
        problems.push(`${partOrigin(setting, found, part, inputs)}: ${problem}${got(raw)}`);
    else problems.push(`${found.origin}: ${parsed.problem}${setting.secret ? "" : got(found.raw)}`);
  }
  return { values, sources, origins, problems } as unknown as Resolved<S>;
}

/** The values, or one CA3_CONFIG error that lists every problem. */
export function readSettings<const S extends Settings>(settings: S, inputs: SettingInputs): SettingValues<S> {
  const { values, problems } = resolveSettings(settings, inputs);
  if (problems.length > 0)
    throw new Ca3Error("CA3_CONFIG", problems.join("\n"), { hint: "ca3 config explain" });
  return values;
}

const got = (raw: unknown): string =>
  raw === undefined ? "" : `, got ${withoutCredentials(JSON.stringify(raw))}`;

/** Where a part of a structured value stands. */
function partOrigin(setting: Setting<unknown>, found: Found, part: string, inputs: SettingInputs): string {
  const path = `${setting.path}.${part}`;
  if (found.source !== "file") return `${found.origin}: ${part}`;
  return inputs.fileOrigin?.(path) ?? `${path} in ca3.yaml`;
}

type Found = { readonly source: SettingSource; readonly origin: string; readonly raw?: unknown };

function find(setting: Setting<unknown>, inputs: SettingInputs, problems: string[]): Found {
  const flag = setting.flag === undefined ? undefined : inputs.flags?.[setting.flag];
  if (flag !== undefined) return { source: "flag", origin: `--${setting.flag}`, raw: flag };
  for (const variable of setting.env ?? []) {
    const raw = inputs.env?.[variable];
    if (raw !== undefined && raw !== "") return { source: "environment", origin: `$${variable}`, raw };
    const path = setting.secret ? inputs.env?.[`${variable}_FILE`] : undefined;
    if (path && inputs.readFile) {
      try {
        const text = inputs.readFile(path).replace(/\r?\n$/, "");
        return { source: "environment", origin: `$${variable}_FILE`, raw: text };
      } catch (error) {
        problems.push(`$${variable}_FILE: cannot read ${path}: ${(error as Error).message}`);
        return { source: "default", origin: "default" };
      }
    }
  }
  const raw = setting.path.split(".").reduce<unknown>(member, inputs.file);
  if (raw !== undefined && raw !== null)
    return {
      source: "file",
      origin: inputs.fileOrigin?.(setting.path) ?? `${setting.path} in ca3.yaml`,
      raw,
    };
  return setting.default === undefined
    ? { source: "absent", origin: "not set" }
    : { source: "default", origin: "default" };
}

const member = (node: unknown, key: string): unknown =>
  typeof node === "object" && node !== null && !Array.isArray(node)
    ? (node as Record<string, unknown>)[key]
    : undefined;
