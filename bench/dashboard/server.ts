import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `ca3 up` in a process of its own, on a fresh folder that goes with it. */
export type Server = AsyncDisposable & {
  readonly url: string;
  readonly pid: number;
  /** When it said that its server is up, by `performance.now()`. */
  readonly upMs: number;
};

/** Starts it as `npm start` does and waits until it says where to look. */
export async function startServer(env: Readonly<Record<string, string>>): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-bench-dashboard-"));
  const child = Bun.spawn([process.execPath, "src/main.ts", "up", "--data", folder, "--port", "0"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const up = Promise.withResolvers<{ url: string; upMs: number }>();
  const listening = (async () => {
    let text = "";
    for await (const chunk of child.stderr) {
      text += new TextDecoder().decode(chunk);
      const found = /^open: +(http\S+)/m.exec(text);
      if (found) up.resolve({ url: found[1]!, upMs: performance.now() });
    }
    up.reject(new Error(`ca3 up ended:\n${text}`));
  })();
  return {
    ...(await up.promise),
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
      await listening;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
