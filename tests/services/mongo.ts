import { existsSync } from "node:fs";
import { join } from "node:path";
import { cached, command } from "./cache.ts";
import { accepts, freePort, type Service, startService } from "./process.ts";

const CRATE = "secantus-mdb";
const VERSION = "0.5.3-beta.193";

export type Mongo = Service & { readonly url: string; readonly port: number };

/**
 * A server that speaks MongoDB's protocol over the storage engine MongoDB uses, built from the Rust package registry
 * (minutes, once; needs `cargo`). It is not mongod: elections and majority durability cannot be tested on it.
 */
async function server(): Promise<string> {
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
  options: { durable?: boolean; earlier?: { folder: string; port: number } } = {},
): Promise<Mongo> {
  const program = await server();
  const { durable = true, earlier } = options;
  const port = earlier?.port ?? (await freePort());
  const service = await startService({
    name: "mongo",
    ...(earlier ? { folder: earlier.folder } : {}),
    command: (folder) => [
      ...[program, "--port", String(port), "--storage-path", join(folder, "data")],
      ...(durable ? ["--sync-on-commit"] : []),
    ],
    ready: () => accepts(port),
  });
  return Object.assign(service, { url: `mongodb://127.0.0.1:${port}/ca3?directConnection=true`, port });
}
