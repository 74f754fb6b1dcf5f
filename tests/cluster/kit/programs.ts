import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot, command } from "../../services/cache.ts";

/** The release that the programs of the cluster say they are. */
export const KUBERNETES = { version: "v1.33.13", major: "1", minor: "33" } as const;

type Source = {
  /** Folder below `go/`: a Go module that pins everything. */
  readonly module: string;
  /** The package to build, when it is not the module itself. */
  readonly main?: string;
  readonly ldflags?: readonly string[];
};

/** What a Kubernetes build says about itself is set when it is linked. */
const versions = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((at) =>
  Object.entries({
    gitVersion: KUBERNETES.version,
    gitMajor: KUBERNETES.major,
    gitMinor: KUBERNETES.minor,
    gitTreeState: "clean",
    gitCommit: "module",
    buildDate: "1970-01-01T00:00:00Z",
  }).map(([name, value]) => `-X ${at}.${name}=${value}`),
);

const sources = {
  /** The store behind the API server, as K3s has it: SQLite that speaks etcd's protocol. */
  kine: { module: "kine", main: "github.com/k3s-io/kine" },
  /** API server, controllers, scheduler, kubelet, kube-proxy and kubectl in one file. */
  kube: { module: "kube", ldflags: versions },
  /** What holds the namespaces of a pod. */
  pause: { module: "pause" },
  /** Starts the server that stands in for MongoDB. */
  "mongo-entry": { module: "mongo-entry" },
  coredns: { module: "beside", main: "./coredns" },
  "metrics-server": { module: "beside", main: "./metrics-server" },
  /** Makes volumes out of folders of the node, as in K3s. */
  "local-path-provisioner": { module: "beside", main: "github.com/rancher/local-path-provisioner" },
  helm: { module: "beside", main: "helm.sh/helm/v3/cmd/helm" },
  "helm-controller": { module: "beside", main: "github.com/k3s-io/helm-controller" },
} as const satisfies Record<string, Source>;
export type Program = keyof typeof sources;

const home = () => join(cacheRoot(), "kube");

/**
 * The path of a program, built from Go modules when it is not kept from before: minutes of work for the first one,
 * which the others share. Needs `go`. A change of its sources makes a new one.
 */
export async function program(name: Program): Promise<string> {
  const source: Source = sources[name];
  const folder = join(import.meta.dir, "go", source.module);
  const bin = join(home(), "bin");
  const path = join(bin, `${name}-${fingerprint(folder, source)}`);
  if (existsSync(path)) return path;
  mkdirSync(bin, { recursive: true });
  const go = Bun.which("go", { PATH: `${process.env.PATH}:/usr/local/go/bin` });
  if (go === null) throw new Error(`go is missing, so ${name} cannot be built`);
  process.stderr.write(`building ${name} from Go modules, once\n`);
  const beside = `${path}.${process.pid}`;
  const environment = ["CGO_ENABLED=0", `GOCACHE=${join(home(), "gocache")}`, "GOFLAGS="];
  const build = [
    ...["flock", join(home(), "lock"), "nice", "-n", "5", "env", ...environment],
    ...[go, "build", "-trimpath", "-ldflags", ["-s", "-w", ...(source.ldflags ?? [])].join(" ")],
    ...["-o", beside, source.main ?? "."],
  ];
  try {
    if (!existsSync(path)) await command(build, folder);
    await command(["mv", beside, path]);
  } finally {
    rmSync(beside, { force: true });
  }
  for (const old of readdirSync(bin))
    if (old.startsWith(`${name}-`) && /-[0-9a-f]{12}$/.test(old) && join(bin, old) !== path)
      rmSync(join(bin, old), { force: true });
  return path;
}

function fingerprint(folder: string, source: Source): string {
  const hash = createHash("sha256").update(JSON.stringify([source, process.arch]));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}
