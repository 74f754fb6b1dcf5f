import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { freePort, type Service, startService } from "../../services/process.ts";
import { alone, NODE_PORT, onNode } from "./api-place.ts";
import { startControllers } from "./controllers.ts";
import { type KubeconfigFacts, writeKubeconfig } from "./kubeconfig.ts";
import type { Enclosure } from "./node/enclosure.ts";
import { Authority, type Pair, type Subject, serviceAccountKeys } from "./pki.ts";
import { program } from "./programs.ts";
import { WITH_US } from "./with-us.ts";

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
  readonly authority: Authority;
  /** Kubeconfig of somebody who may do everything. */
  readonly kubeconfig: string;
  /** A client certificate for a user. */
  issue(subject: Subject): Promise<Pair>;
  /** A kubeconfig in the server's folder; `server`, `ca` and a user who may do everything where nothing is said. */
  configFor(name: string, facts: Partial<KubeconfigFacts>): string;
  /** Its certificate is for these addresses as well from now on, as K3s does with `tls-san`. Resolves when it shows that one. */
  answerAs(addresses: readonly string[]): Promise<void>;
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
  /** The node that it runs on, and on whose network it serves pods as well; else it serves this machine alone. */
  readonly node?: Enclosure;
};

/** What the Services of the cluster get as addresses, and the first of them, which is the API server's own. */
export const SERVICES = { range: "10.99.0.0/24", apiServer: "10.99.0.1", dns: "10.99.0.10" } as const;

/** Starts it on a free port, in about four seconds once its programs are built. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const { more = [], controllers = false, node } = options;
  const [kine, kube] = [await program("kine"), await program("kube")];
  const folder = node ? join(node.folder, "api") : mkdtempSync(join(tmpdir(), "ca3-kubernetes-"));
  const authority = await Authority.make(join(folder, "pki"), "ca");
  const names = ["localhost", "kubernetes.test", "kubernetes.default.svc", "kubernetes.default"];
  const certify = (more: readonly string[]) =>
    authority.issue("apiserver", {
      name: "kube-apiserver",
      hosts: [
        ...["127.0.0.1", SERVICES.apiServer, ...(node ? [node.address] : []), ...more].map(
          (one) => `IP:${one}`,
        ),
        ...names.map((name) => `DNS:${name}`),
      ],
    });
  await certify([]);
  const admin = await authority.issue("admin", { name: "admin", groups: ["system:masters"] });
  const tokens = await serviceAccountKeys(authority.folder);
  const ca = readFileSync(authority.cert, "utf8");
  const port = node ? NODE_PORT : await freePort();
  const url = `https://${node?.address ?? "127.0.0.1"}:${port}`;
  const place = node ? await onNode(node, authority) : alone;
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
        ...[...place.within, ...WITH_US, kube, "kube-apiserver", `--etcd-servers=unix://${socket}`],
        ...[
          `--secure-port=${port}`,
          `--service-cluster-ip-range=${SERVICES.range}`,
          "--anonymous-auth=false",
        ],
        ...place.options,
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
    ? await startControllers({
        folder,
        kube,
        url,
        authority,
        tokenKey: tokens.key,
        forNode: node !== undefined,
      })
    : [];
  const configFor = (name: string, facts: Partial<KubeconfigFacts>) =>
    writeKubeconfig(join(folder, name), { server: url, ca, user: admin, ...facts });
  return {
    ...{ folder, port, url, ca, authority, configFor, tokenKey: tokens.key },
    kubeconfig: configFor("admin.yaml", {}),
    issue: (subject) => authority.issue(`user-${Bun.hash(JSON.stringify(subject)).toString(16)}`, subject),
    async answerAs(addresses) {
      const { cert } = await certify(addresses);
      const wanted = new X509Certificate(cert).fingerprint256;
      while ((await shownCertificate(port, node?.address)) !== wanted) await Bun.sleep(100);
    },
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

/** Fingerprint of the certificate that a server shows; nothing while it cannot be asked. */
function shownCertificate(port: number, host = "127.0.0.1"): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once("error", () => resolve(undefined));
  });
}

/** Whether an API server says that it is ready. */
export async function isReady(url: string, tls: { ca: string; cert: string; key: string }): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { tls })).ok;
  } catch {
    return false;
  }
}
