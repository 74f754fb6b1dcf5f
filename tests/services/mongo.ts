import { existsSync } from "node:fs";
import { join } from "node:path";
import { cached, command } from "./cache.ts";
import { composeAnswers } from "./kafka/compose.ts";
import { startComposedMongo } from "./mongo/compose.ts";
import { accepts, freePort, type Service, startService } from "./process.ts";

const CRATE = "secantus-mdb";
const VERSION = "0.5.3-beta.193";

/** A server that a test may use; its databases must have names of their own. */
export type SomeMongo = AsyncDisposable & { readonly url: string };
export type Mongo = SomeMongo & Service & { readonly port: number };

/**
 * The server that `CA3_MONGO_URL` names, else one of Docker Compose when an engine answers, else one from the Rust
 * package registry.
 */
export async function someMongo(): Promise<SomeMongo> {
  const url = process.env.CA3_MONGO_URL;
  if (url) return { url, [Symbol.asyncDispose]: async () => {} };
  if (await composeAnswers()) return startComposedMongo(await freePort());
  return startMongo({ durable: false });
}

/**
 * A server that speaks MongoDB's protocol over the storage engine MongoDB uses, built from the Rust package registry
 * (minutes, once; needs `cargo`). It is not mongod: elections and majority durability cannot be tested on it.
 */
export async function mongoServer(): Promise<string> {
  const folder = await cached(`${CRATE}-${VERSION}`, async (root) => {
    const install = ["cargo", "install", CRATE, "--version", VERSION, "--locked", "--ignore-rust-version"];
    await command([...install, "--root", root]);
  });
  const program = join(folder, "bin", "secantusd-rs");
  if (!existsSync(program)) throw new Error(`${program} is missing`);
  return program;
}

/**
 * Starts it on a free port. Acknowledged writes survive a kill only with `durable`, at the price of speed; `folder`
 * and `port` of an earlier one restart it.
 */
export async function startMongo(
  options: {
    durable?: boolean;
    earlier?: { folder: string; port: number };
    port?: number;
    /** More of the server's own options. */
    more?: readonly string[];
  } = {},
): Promise<Mongo> {
  const program = await mongoServer();
  const { durable = true, earlier, more = [] } = options;
  const port = earlier?.port ?? options.port ?? (await freePort());
  const service = await startService({
    name: "mongo",
    ...(earlier ? { folder: earlier.folder } : {}),
    command: (folder) => [
      ...[program, "--port", String(port), "--storage-path", join(folder, "data")],
      ...(durable ? ["--sync-on-commit"] : []),
      ...["--log-file-max", "16MB", "--cache-size", "512M", ...more],
    ],
    ready: () => accepts(port),
  });
  return Object.assign(service, { url: `mongodb://127.0.0.1:${port}/ca3?directConnection=true`, port });
}
