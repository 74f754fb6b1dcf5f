import { Ca3Error } from "../../../support/errors.ts";
import { runProgramToEnd } from "../../../support/exec.ts";
import type { Context } from "./context.ts";
import type { Credentials, CredentialsOptions, Proof } from "./credentials.ts";
import { certificateTrouble, textOf, wrong } from "./data.ts";
import { type Entry, isFields } from "./parse.ts";

const VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** A plugin may talk to a cloud, or wait for a person in a browser. */
const PLUGIN_TIMEOUT_MS = 60_000;

/** A proof is asked for again when it ends within this time, so that it holds while a request is under way. */
const RENEW_BEFORE_MS = 10_000;

/** Credentials that a program prints, as cloud providers' clusters have them. */
export function execCredentials(context: Context, { cwd, now }: CredentialsOptions): Credentials {
  const { user } = context;
  const plugin = readPlugin(context);
  let held: { readonly proof: Proof; readonly untilMs: number | undefined } | undefined;
  let running: Promise<Proof> | undefined;
  const ask = async (signal?: AbortSignal): Promise<Proof> => {
    const text = await runPlugin(plugin, { cwd, ...(signal === undefined ? {} : { signal }) });
    held = readCredential(user, plugin, text, now());
    return held.proof;
  };
  return {
    proof(signal) {
      if (held !== undefined && (held.untilMs ?? Number.POSITIVE_INFINITY) - now() > RENEW_BEFORE_MS)
        return Promise.resolve(held.proof);
      running ??= ask(signal).finally(() => {
        running = undefined;
      });
      return running;
    },
    refused() {
      const had = held !== undefined;
      held = undefined;
      return had;
    },
    trouble: () => `${plugin.words[0]} gave the credentials`,
  };
}

type Plugin = {
  readonly apiVersion: string;
  readonly words: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint: string | undefined;
};

function readPlugin({ user, clusterEntry, server }: Context): Plugin {
  const fields = user.fields["exec"];
  if (!isFields(fields)) throw wrong(user, "user", "exec", "is not a mapping");
  const entry: Entry = { ...user, fields };
  const apiVersion = textOf(entry, "apiVersion", "user") ?? "";
  if (!VERSIONS.includes(apiVersion))
    throw wrong(
      user,
      "user",
      "exec.apiVersion",
      `is ${apiVersion || "missing"}; known are ${VERSIONS.join(", ")}`,
    );
  const command = textOf(entry, "command", "user");
  if (command === undefined) throw wrong(user, "user", "exec.command", "is missing");
  if (textOf(entry, "interactiveMode", "user") === "Always")
    throw wrong(user, "user", "exec.interactiveMode", `is Always, and ca3 gives ${command} no terminal`);
  const args = Array.isArray(fields["args"]) ? fields["args"].map(String) : [];
  const local = command.includes("/") && !command.startsWith("/");
  const cluster = {
    server: server.url,
    ...(server.serverName === undefined ? {} : { "tls-server-name": server.serverName }),
    ...(server.insecure ? { "insecure-skip-tls-verify": true } : {}),
    ...(server.ca === undefined ? {} : { "certificate-authority-data": btoa(server.ca) }),
    ...configOf(clusterEntry),
  };
  const spec = { interactive: false, ...(fields["provideClusterInfo"] === true ? { cluster } : {}) };
  return {
    apiVersion,
    words: [local ? `${user.folder}/${command}` : command, ...args],
    env: {
      ...variables(fields["env"]),
      KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: "ExecCredential", spec }),
    },
    installHint: textOf(entry, "installHint", "user"),
  };
}

/** What a cluster's entry says to its users' plugins. */
function configOf({ fields }: Entry): { config?: unknown } {
  const extensions = Array.isArray(fields["extensions"]) ? (fields["extensions"] as unknown[]) : [];
  const found = extensions.find(
    (one) => isFields(one) && one["name"] === "client.authentication.k8s.io/exec",
  );
  return isFields(found) ? { config: found["extension"] } : {};
}

const variables = (list: unknown): Record<string, string> =>
  Object.fromEntries(
    (Array.isArray(list) ? (list as unknown[]) : [])
      .filter(isFields)
      .map(({ name, value }) => [String(name), String(value ?? "")]),
  );

async function runPlugin(
  plugin: Plugin,
  options: { readonly cwd: string; readonly signal?: AbortSignal },
): Promise<string> {
  const [program] = plugin.words;
  const { env, installHint, words } = plugin;
  const done = await runProgramToEnd(words, { ...options, env, timeoutMs: PLUGIN_TIMEOUT_MS });
  if (options.signal?.aborted) throw new Ca3Error("CA3_INTERRUPTED", `stopped while ${program} was asked`);
  if (done.code === 0 && !done.tooMuch) return done.stdout;
  const said = done.stderr.trim().split("\n").slice(-3).join(" ");
  const missing = done.code === 127 || done.code === 126;
  const how = done.timedOut
    ? `gave no answer within ${PLUGIN_TIMEOUT_MS / 1000} s`
    : missing
      ? "is not installed or cannot be run"
      : `failed with ${done.signal ?? `code ${done.code}`}`;
  throw new Ca3Error(
    "CA3_KUBE_CREDENTIALS",
    `the credentials program ${program} of the kubeconfig ${how}${said === "" ? "" : `: ${said}`}`,
    { hint: missing ? (installHint ?? `install ${program}`) : `run it by hand: ${words.join(" ")}` },
  );
}

function readCredential(user: Entry, plugin: Plugin, text: string, nowMs: number) {
  const refuse = (what: string) =>
    new Ca3Error("CA3_KUBE_CREDENTIALS", `${plugin.words[0]}, asked for credentials, ${what}`, {
      hint: `run it by hand: ${plugin.words.join(" ")}`,
    });
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw refuse("printed no JSON");
  }
  if (!isFields(answer) || answer["kind"] !== "ExecCredential") throw refuse("printed no ExecCredential");
  if (answer["apiVersion"] !== plugin.apiVersion)
    throw refuse(`answered in ${String(answer["apiVersion"])} instead of ${plugin.apiVersion}`);
  const status = isFields(answer["status"]) ? answer["status"] : {};
  const entry: Entry = { ...user, fields: status };
  const token = textOf(entry, "token", "user");
  const cert = textOf(entry, "clientCertificateData", "user");
  const key = textOf(entry, "clientKeyData", "user");
  if ((cert === undefined) !== (key === undefined)) throw refuse("gave a certificate or a key, not both");
  if (token === undefined && cert === undefined) throw refuse("gave neither a token nor a certificate");
  const trouble = cert === undefined ? undefined : certificateTrouble(cert, nowMs);
  if (trouble !== undefined) throw refuse(`gave a certificate that ${trouble}`);
  const until = Date.parse(textOf(entry, "expirationTimestamp", "user") ?? "");
  return {
    proof: {
      ...(token === undefined ? {} : { token }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    },
    untilMs: Number.isNaN(until) ? undefined : until,
  };
}
