import type { Setting, Settings, SettingValues } from "../../support/settings.ts";

/** An environment variable of a container. */
export type EnvVar =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: { readonly fieldRef: { readonly fieldPath: string } } };

/** A fact that a pod knows about itself, such as the name of its node. */
export type FromPod = { readonly fieldPath: string };
/** The path of a mounted file that holds a secret. */
export type SecretFile = { readonly file: string };
/** What may hold a password, and here holds none. */
export type WithoutPassword = { readonly withoutPassword: string };

type HasEnv = { readonly env: readonly [string, ...string[]] };
type ValueOf<R> = R extends { secret: true }
  ? SecretFile | WithoutPassword
  : R extends Setting<infer T>
    ? T | FromPod
    : never;

/** Values for settings of a service, by their names in its table: nothing else can be set. */
export type EnvValues<S extends Settings> = {
  readonly [K in keyof S as S[K] extends HasEnv ? K : never]?: ValueOf<S[K]> | undefined;
};

/**
 * The variables that give a service these settings, in the order of its table. A secret is named by its file, so that
 * it stands neither in the manifest nor in the environment of the process.
 */
export function envOf<const S extends Settings>(settings: S, values: EnvValues<S>): EnvVar[] {
  const given = values as Readonly<Record<string, unknown>>;
  return Object.entries(settings).flatMap(([name, setting]) =>
    setting.env === undefined || given[name] === undefined
      ? []
      : [variable(setting.env[0], setting, given[name])],
  );
}

function variable(name: string, setting: Setting<unknown>, value: unknown): EnvVar {
  if (isOne<FromPod>(value, "fieldPath")) return { name, valueFrom: { fieldRef: value } };
  if (isOne<SecretFile>(value, "file")) return { name: `${name}_FILE`, value: value.file };
  if (isOne<WithoutPassword>(value, "withoutPassword")) return { name, value: value.withoutPassword };
  if (setting.secret) throw new Error(`${setting.path} is secret and cannot stand in a manifest`);
  return { name, value: settingText(setting, value) };
}

/** A value as its service reads it from a variable. */
function settingText({ type }: Setting<unknown>, value: unknown): string {
  if (type.print) return type.print(value);
  if (Array.isArray(value)) return value.join(",");
  return String(value);
}

const isOne = <T>(value: unknown, key: keyof T & string): value is T =>
  typeof value === "object" && value !== null && Object.keys(value).join() === key;

/** Of the values in force those that somebody wrote into `ca3.yaml`; defaults are the service's own business. */
export type Given<S extends Settings> = Partial<SettingValues<S>>;

/** These settings of what was given. */
export const pick = <G extends object, const K extends keyof G>(given: G, names: readonly K[]): Pick<G, K> =>
  Object.fromEntries(
    names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  ) as Pick<G, K>;
