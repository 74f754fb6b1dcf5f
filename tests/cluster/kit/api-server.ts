import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type Service, startService } from "../../services/process.ts";
import { startControllers, WITH_US } from "./controllers.ts";
import { type KubeconfigFacts, writeKubeconfig } from "./kubeconfig.ts";
import { Authority, type Pair, type Subject, serviceAccountKeys } from "./pki.ts";
import { program } from "./programs.ts";

/**
 * An API server with its store and nothing behind it: objects are validated, stored, applied, watched, and stay as
 * they are, since no controller acts on them.
 */
export type ApiServer = AsyncDisposable & {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
  /** Kubeconfig of somebody who may do everything. */
  readonly kubeconfig: string;
  /** A client certificate for a user. */
  issue(subject: Subject): Promise<Pair>;
  /** A kubeconfig in the server's folder; `server`, `ca` and a user who may do everything where nothing is said. */
  configFor(name: string, facts: Partial<KubeconfigFacts>): string;
  /** Path of the key that signs the tokens of service accounts. */
  readonly tokenKey: string;
  /** Ends the API server, as a crash would; the store goes on. */
  crash(): Promise<void>;
  /** Starts it again at the same place. */
  restart(): Promise<void>;
};

export type ApiServerOptions = {
  /** More of the API server's own options. */
  readonly more?: readonly string[];
  /**
   * Runs controllers and scheduler as well: pods are made and placed, what has no owner goes. Only nodes are missing, so
   * that nothing starts; a test says what a kubelet would.
   */
  readonly controllers?: boolean;
};

/** Starts it on a free port, in about four seconds once its programs are built. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const { more = [], controllers = false } = options;
  const [kine, kube] = [await program("kine"), await program("kube")];
  const folder = mkdtempSync(join(tmpdir(), "ca3-kubernetes-"));
  const authority = await Authority.make(join(folder, "pki"), "ca");
  await authority.issue("apiserver", {
    name: "kube-apiserver",
    hosts: ["IP:127.0.0.1", "DNS:localhost", "DNS:kubernetes.test"],
  });
  const admin = await authority.issue("admin", { name: "admin", groups: ["system:masters"] });
  const tokens = await serviceAccountKeys(authority.folder);
  const ca = readFileSync(authority.cert, "utf8");
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const socket = join(folder, "kine.sock");
  const store = await startService({
    name: "kine",
    command: (home) => [
      ...[...WITH_US, kine, "--endpoint", `sqlite://${join(home, "state.db")}?${SQLITE}`],
      ...["--listen-address", `unix://${socket}`, "--metrics-bind-address", "0"],
    ],
    ready: ({ output }) => output().includes("Kine available at"),
  });
  const start = (earlier?: string): Promise<Service> =>
    startService({
      name: "kube-apiserver",
      ...(earlier === undefined ? {} : { folder: earlier }),
      command: () => [
        ...[...WITH_US, kube, "kube-apiserver", `--etcd-servers=unix://${socket}`, `--secure-port=${port}`],
        ...["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none"],
        ...["--service-cluster-ip-range=10.99.0.0/24", "--authorization-mode=RBAC", "--anonymous-auth=false"],
        `--client-ca-file=${authority.cert}`,
        `--tls-cert-file=${authority.path("apiserver", "crt")}`,
        `--tls-private-key-file=${authority.path("apiserver", "key")}`,
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${tokens.pub}`,
        `--service-account-signing-key-file=${tokens.key}`,
        ...more,
      ],
      ready: () => isReady(url, { ca, ...admin }),
      timeoutMs: 180_000,
    });
  let server = await start();
  const beside = controllers
    ? await startControllers({ folder, kube, url, authority, tokenKey: tokens.key })
    : [];
  const configFor = (name: string, facts: Partial<KubeconfigFacts>) =>
    writeKubeconfig(join(folder, name), { server: url, ca, user: admin, ...facts });
  return {
    ...{ folder, port, url, ca, configFor, kubeconfig: configFor("admin.yaml", {}), tokenKey: tokens.key },
    issue: (subject) => authority.issue(`user-${Bun.hash(JSON.stringify(subject)).toString(16)}`, subject),
    crash: () => server.kill(),
    async restart() {
      server = await start(server.folder);
    },
    async [Symbol.asyncDispose]() {
      for (const one of beside) await one[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const SQLITE = "_journal=WAL&cache=shared&_busy_timeout=30000&_txlock=immediate";

/** Whether an API server says that it is ready. */
export async function isReady(url: string, tls: { ca: string; cert: string; key: string }): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { tls })).ok;
  } catch {
    return false;
  }
}
