import { join } from "node:path";
import { command } from "../cache.ts";
import type { SomeMongo } from "../mongo.ts";

const file = join(import.meta.dir, "compose.yaml");

/** A server in a container, gone with its data afterwards. */
export async function startComposedMongo(port: number): Promise<SomeMongo> {
  const compose = [
    ...["env", `CA3_MONGO_PORT=${port}`, "docker", "compose"],
    ...["-f", file, "-p", `ca3-test-mongo-${port}`],
  ];
  await command([...compose, "up", "--detach", "--wait"]);
  return {
    url: `mongodb://127.0.0.1:${port}/ca3?directConnection=true`,
    [Symbol.asyncDispose]: async () => void (await command([...compose, "down", "--volumes"])),
  };
}
