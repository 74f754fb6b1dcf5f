import { join } from "node:path";
import { command } from "../cache.ts";
import type { SomeKafka } from "../kafka.ts";

const file = join(import.meta.dir, "compose.yaml");

/** Whether a container engine with Compose is there and answers. */
export const composeAnswers = (): Promise<boolean> =>
  command(["docker", "compose", "ls"]).then(
    () => true,
    () => false,
  );

/** A broker in a container, gone with its data afterwards. */
export async function startComposedKafka(port: number): Promise<SomeKafka> {
  const compose = [
    "env",
    `CA3_KAFKA_PORT=${port}`,
    "docker",
    "compose",
    "-f",
    file,
    "-p",
    `ca3-test-${port}`,
  ];
  await command([...compose, "up", "--detach", "--wait"]);
  return {
    brokers: `127.0.0.1:${port}`,
    tuned: true,
    [Symbol.asyncDispose]: async () => void (await command([...compose, "down", "--volumes"])),
  };
}
