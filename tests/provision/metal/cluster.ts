import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeClient } from "../../../src/k8s/client/client.ts";
import { type ApiServer, startApiServer } from "../../cluster/kit/api-server.ts";
import { program } from "../../cluster/kit/programs.ts";
import { type CliOptions, ca3 } from "../../helpers/cli.ts";
import { openClient } from "../../k8s/open.ts";
import { pretendKubelet } from "../../k8s/pretend-kubelet.ts";
import { type Moto, startMoto } from "../../services/moto.ts";
import { Emulator, type Session } from "../emulator.ts";
import { standInK3s } from "./k3s.ts";
import { Metal } from "./metal.ts";

export const OLD = "v1.36.4+k3s1";
export const NEW = "v1.36.5+k3s1";
export const NEWEST = "v1.36.6+k3s1";

/** An account with machines that can be signed in to, a Kubernetes behind them, and a person who types. */
export type World = AsyncDisposable & {
  readonly api: ApiServer;
  readonly client: KubeClient;
  readonly emulator: Emulator;
  readonly releases: Readonly<Record<string, { readonly text: string; readonly sha256: string }>>;
};

export async function startWorld(): Promise<World> {
  const [moto, api, kube] = await Promise.all([
    startMoto(),
    startApiServer({ controllers: true }),
    program("kube"),
  ]);
  const client = openClient(api.kubeconfig);
  const kubelet = pretendKubelet(client);
  return {
    ...{ api, client, emulator: new Emulator(moto) },
    releases: Object.fromEntries([OLD, NEW, NEWEST].map((version) => [version, standInK3s(version, kube)])),
    async [Symbol.asyncDispose]() {
      await kubelet[Symbol.asyncDispose]();
      await Promise.all([moto, api].map((one: Moto | ApiServer) => one[Symbol.asyncDispose]()));
    },
  };
}

/** One account of AWS from empty, and a folder with a `ca3.yaml`. */
export class Desk implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "ca3-desk-"));
  readonly #releases;

  private constructor(
    readonly world: World,
    readonly aws: Session,
    readonly metal: Metal,
  ) {
    this.#releases = Bun.serve({
      ...{ port: 0, hostname: "127.0.0.1" },
      fetch: ({ url }) => {
        const version = decodeURIComponent(new URL(url).pathname.split("/")[1] ?? "");
        const release = world.releases[version];
        return release ? new Response(release.text) : new Response("no such release", { status: 404 });
      },
    });
  }

  static async open(world: World): Promise<Desk> {
    await world.emulator.reset();
    const aws = world.emulator.session();
    Object.assign(process.env, {
      ...{ AWS_ENDPOINT_URL: aws.url, AWS_EC2_METADATA_DISABLED: "true" },
      ...{ AWS_ACCESS_KEY_ID: "suite", AWS_SECRET_ACCESS_KEY: "suite" },
    });
    let desk: Desk | undefined;
    const key = () => readFileSync(join(desk!.folder, ".local/state/ca3/ca3/id_ed25519.pub"), "utf8").trim();
    const metal = new Metal(aws.url, key);
    copyFileSync(world.api.kubeconfig, join(metal.shared, "admin.yaml"));
    desk = new Desk(world, aws, metal);
    desk.write();
    return desk;
  }

  /** Writes `ca3.yaml`, with more settings of the cluster. */
  write(cluster: Record<string, unknown> = {}, version = OLD, more: object = {}): void {
    const { sha256 } = this.world.releases[version]!;
    const k3s = { version, sha256, url: `http://127.0.0.1:${this.#releases.port}` };
    const usual = {
      network: { admins: ["127.0.0.1"], whoAmI: "none" },
      access: { user: "root" },
      workers: [{ count: 2 }],
    };
    writeFileSync(
      join(this.folder, "ca3.yaml"),
      JSON.stringify({ cluster: { ...usual, k3s, ...cluster }, ...more }),
    );
  }

  /** For a process of its own. */
  get environment(): Record<string, string> {
    const words = [
      "PATH",
      "AWS_ENDPOINT_URL",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
    ];
    return { HOME: this.folder, ...Object.fromEntries(words.map((word) => [word, process.env[word] ?? ""])) };
  }

  /** One command as a person types it. */
  type(line: string, more: CliOptions = {}) {
    const env = { HOME: this.folder, USER: "suite", ...more.env };
    return ca3(line, { cwd: this.folder, ...more, env });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    delete process.env["AWS_ENDPOINT_URL"];
    await this.metal[Symbol.asyncDispose]();
    await this.aws[Symbol.asyncDispose]();
    await this.#releases.stop(true);
    const { client } = this.world;
    for (const kind of ["nodes", "namespaces/default/pods"])
      await client.http
        .text({ method: "DELETE", path: `/api/v1/${kind}`, what: "clear away" })
        .catch(() => {});
    rmSync(this.folder, { recursive: true, force: true });
  }
}
