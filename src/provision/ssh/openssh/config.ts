import { type Endpoint, KEEPALIVES_MISSED, type Patience, type SignIn } from "../connection.ts";

export type OpensshPlace = {
  /** Where the files are, readable by this user only. */
  readonly folder: string;
  readonly target: Endpoint;
  /** Absent: the target is reached straight from here. */
  readonly jump?: Endpoint | undefined;
  readonly signIn: SignIn;
  readonly patience: Patience;
};

export const configFile = "config";
export const knownHostsFile = "known_hosts";

/**
 * A private configuration of OpenSSH's client, by which it verifies hosts as the built-in client does: by these keys under
 * these names, and by nothing that stands in the user's own files. The jump needs a block of its own, since options of the
 * command line do not reach it. Pure. Options: ssh_config(5).
 */
export function opensshConfig({ folder, target, jump, signIn, patience }: OpensshPlace): string {
  const agent = signIn.agent === undefined ? ["IdentityAgent none"] : [`IdentityAgent ${word(signIn.agent)}`];
  const identity = signIn.privateKeyPath === undefined ? [] : [`IdentityFile ${word(signIn.privateKeyPath)}`];
  const all = [
    "Host *",
    ...[...identity, ...agent],
    ...(signIn.privateKeyPath === undefined ? [] : ["IdentitiesOnly yes"]),
    "BatchMode yes",
    "StrictHostKeyChecking yes",
    `UserKnownHostsFile ${word(`${folder}/${knownHostsFile}`)}`,
    "GlobalKnownHostsFile none",
    "UpdateHostKeys no",
    "HostKeyAlgorithms ssh-ed25519",
    "ForwardAgent no",
    "ForwardX11 no",
    "ClearAllForwardings no",
    `ConnectTimeout ${seconds(patience.connectMs)}`,
    `ServerAliveInterval ${seconds(patience.keepaliveMs)}`,
    `ServerAliveCountMax ${KEEPALIVES_MISSED}`,
    "LogLevel ERROR",
    "ControlMaster no",
    `ControlPath ${word(`${folder}/%n`)}`,
  ];
  const blocks = [
    ...(jump === undefined ? [] : [block(jump)]),
    [...block(target), ...(jump === undefined ? [] : [`  ProxyJump ${jump.name}`])],
  ];
  return `${[...blocks.flat(), ...all.map((line, at) => (at === 0 ? line : `  ${line}`))].join("\n")}\n`;
}

/** The keys of all hosts in it, each under the name that it has in the configuration. */
export const opensshKnownHosts = ({ target, jump }: Pick<OpensshPlace, "target" | "jump">): string =>
  [target, jump].flatMap((host) => host?.hostKeys.map((key) => `${host.name} ${key}\n`) ?? []).join("");

const block = ({ name, host, port, user }: Endpoint): string[] => [
  `Host ${name}`,
  `  HostName ${host}`,
  `  Port ${port}`,
  `  User ${user}`,
  `  HostKeyAlias ${name}`,
];

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
/** A value that may hold spaces; `%` begins a token. */
const word = (text: string): string =>
  `"${text.replaceAll("%n", "\0").replaceAll("%", "%%").replaceAll("\0", "%n")}"`;
