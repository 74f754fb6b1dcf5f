import { parse } from "yaml";

export type ComposeService = {
  readonly image: string;
  readonly ports: readonly string[];
  readonly environment: Readonly<Record<string, string | number>>;
  readonly healthcheck: { readonly test: readonly string[] };
};
export type ComposeFile = {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly configs?: Readonly<Record<string, { readonly content: string }>>;
};

/** A compose file as Compose reads it: `${NAME:-default}` and `${NAME:?message}` become the values of `env`. */
export async function readCompose(path: string, env: Readonly<Record<string, string>>): Promise<ComposeFile> {
  return fill(parse(await Bun.file(path).text()), env) as ComposeFile;
}

function fill(node: unknown, env: Readonly<Record<string, string>>): unknown {
  if (typeof node === "string")
    return node.replace(
      /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
      (_all, name: string, kind: string, rest: string) => {
        const value = env[name];
        if (value) return value;
        if (kind === "-") return rest;
        throw new Error(`${name} is not set: ${rest}`);
      },
    );
  if (Array.isArray(node)) return node.map((one) => fill(one, env));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, fill(value, env)]));
}

/** The broker's properties that an `apache/kafka` container makes of its variables. */
export const kafkaProperties = (environment: ComposeService["environment"]) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name
        .replace(/^KAFKA_/, "")
        .toLowerCase()
        .replaceAll("_", "."),
      value,
    ]),
  );

/** `NAME=value` lines. */
export const readEnv = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split("\n")
      .filter((line) => /^\w+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
