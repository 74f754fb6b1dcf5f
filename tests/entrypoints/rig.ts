import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readiness } from "../../src/http/readiness.ts";
import { until as waitUntil } from "../helpers/until.ts";

/** Words that start the program from its sources. */
export const fromSources: readonly string[] = [process.execPath, join(import.meta.dir, "../../src/main.ts")];

export type LogLine = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly message: string;
};

/** One entrypoint in a process of its own, as a container runs it: variables in, log lines, HTTP and an exit code out. */
export class Entry implements AsyncDisposable {
  readonly lines: LogLine[] = [];
  /** What stood on stderr and is no log line. */
  readonly strays: string[] = [];
  readonly exited: Promise<number>;
  readonly pid: number;
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;

  constructor(
    words: readonly string[],
    env: Readonly<Record<string, string>>,
    options: { readonly program?: readonly string[]; readonly cwd?: string } = {},
  ) {
    this.#child = Bun.spawn([...(options.program ?? fromSources), ...words], {
      cwd: options.cwd ?? tmpdir(),
      env: { PATH: process.env["PATH"], HOME: "/nonexistent", HTTP_PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = this.#child.pid;
    const read = this.#read();
    this.exited = this.#child.exited.then(async (code) => {
      await read;
      return code;
    });
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The newest line with this message. */
  line(message: string): LogLine | undefined {
    return this.lines.findLast((line) => line.message === message);
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    await until("it says where it listens", () => this.#url() !== undefined || !this.running);
    const url = new URL(path, this.#url());
    if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
    return fetch(url, { headers });
  }
  async ready(): Promise<Readiness> {
    return (await (await this.get("/ready")).json()) as Readiness;
  }
  /** Waits until `/ready` says yes, or until a check fails whose detail matches. */
  async untilReady(): Promise<void> {
    await until("it is ready", async () => (await this.ready()).ready);
  }
  async untilFailing(check: string, detail: RegExp = /./): Promise<void> {
    await until(`the check ${check} fails with ${detail}`, async () => {
      const { ready, checks } = await this.ready();
      return !ready && checks.some((one) => one.name === check && !one.ok && detail.test(one.detail));
    });
  }
  /** Sum of the series of a metric that have these labels. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const text = await (await this.get("/metrics")).text();
    return sumOf(text, name, labels);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
  /** Asks it to stop, as a container's runtime does; the exit code. */
  async stop(): Promise<number> {
    this.signal("SIGTERM");
    return this.exited;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
  }

  #url(): string | undefined {
    return this.lines.find(({ url }) => typeof url === "string")?.["url"] as string | undefined;
  }
  async #read(): Promise<void> {
    let rest = "";
    const take = (line: string) => {
      try {
        this.lines.push(JSON.parse(line));
      } catch {
        this.strays.push(line);
      }
    };
    for await (const chunk of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) take(line);
    }
    if (rest !== "") take(rest);
  }
}

export function sumOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  let sum = Number.NaN;
  for (const line of text.split("\n")) {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (found?.[1] !== name) continue;
    const given = found[2] ?? "";
    if (!Object.entries(labels).every(([key, value]) => given.includes(`${key}="${value}"`))) continue;
    sum = (Number.isNaN(sum) ? 0 : sum) + Number(found[3]);
  }
  return sum;
}

const POLL_MS = 50;
const PATIENCE_MS = 120_000;

/** Waits for what several processes do together, and asks them seldom enough not to keep them from it. */
export const until = (what: string, met: () => boolean | Promise<boolean>): Promise<void> =>
  waitUntil(what, met, PATIENCE_MS, POLL_MS);

/** Names that nobody else uses on a shared server. */
export const freshNames = () => {
  const id = crypto.randomUUID().slice(0, 8);
  return { TOPIC_METRIC: `gpu-${id}`, TOPIC_TOKEN: `token-${id}`, CA3_GROUP: `group-${id}` };
};
