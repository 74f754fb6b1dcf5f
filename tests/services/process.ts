import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "./cache.ts";

/** A program the suite started, with a folder of its own that goes when it is disposed. */
export type Service = AsyncDisposable & {
  readonly folder: string;
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** Ends it at once, as a crash would; the folder stays. */
  kill(signal?: NodeJS.Signals): Promise<void>;
};

export type ServiceOptions = {
  readonly name: string;
  /** Files to lay into the folder first, by name. */
  readonly files?: (folder: string) => Readonly<Record<string, string>>;
  /** Commands to run to their end before, such as formatting a disk. */
  readonly before?: (folder: string) => readonly string[];
  readonly command: (folder: string) => readonly string[];
  readonly env?: Record<string, string>;
  /** The folder of an earlier start, to go on with its data. */
  readonly folder?: string;
  /** Asked again and again until it says yes. */
  readonly ready: (service: { output(): string }) => boolean | Promise<boolean>;
  readonly timeoutMs?: number;
};

/** Starts a program and waits until it is ready; when it is not in time, its output is part of the error. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), `ca3-${options.name}-`));
  const logPath = join(folder, "service.log");
  const log = openSync(logPath, "a");
  for (const [name, text] of Object.entries(options.files?.(folder) ?? {}))
    writeFileSync(join(folder, name), text);
  const before = options.before?.(folder);
  if (before) await command(before, folder);
  const child = Bun.spawn([...options.command(folder)], {
    cwd: folder,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const output = () => readFileSync(logPath, "utf8");
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    child.kill(signal);
    await child.exited;
  };
  const deadline = Date.now() + (options.timeoutMs ?? 60_000);
  while (!(await options.ready({ output }))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await kill();
      throw new Error(`${options.name} did not start:\n${output().slice(-3000)}`);
    }
    await Bun.sleep(50);
  }
  return {
    folder,
    pid: child.pid,
    output,
    kill,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await child.exited;
      clearTimeout(force);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A TCP port on the loopback address that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export function accepts(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
