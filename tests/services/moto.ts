import { join } from "node:path";
import { cached, command } from "./cache.ts";
import { accepts, freePort, type Service, startService } from "./process.ts";

const VERSION = "5.2.5";

/** An emulator of EC2, STS and SSM from the Python package registry; needs `python3` with venv. */
async function program(): Promise<string> {
  const folder = await cached(`moto-${VERSION}`, async (root) => {
    await command(["python3", "-m", "venv", "--copies", root]);
    await command([join(root, "bin", "python"), "-m", "pip", "install", "-q", `moto[server]==${VERSION}`]);
  });
  return join(folder, "bin", "python");
}

export type Moto = Service & { readonly url: string };

/** It starts empty, with machine types, key pairs and images looked at. */
export async function startMoto(): Promise<Moto> {
  const python = await program();
  const port = await freePort();
  const service = await startService({
    name: "moto",
    command: () => [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
    env: {
      MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: "1",
      MOTO_ENABLE_KEYPAIR_VALIDATION: "1",
      MOTO_ENABLE_AMI_VALIDATION: "1",
    },
    ready: () => accepts(port),
  });
  return Object.assign(service, { url: `http://127.0.0.1:${port}` });
}
