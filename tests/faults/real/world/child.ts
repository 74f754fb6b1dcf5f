import { appendFileSync, readFileSync } from "node:fs";

export type ChildOptions = {
  readonly name: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logPath: string;
  /** What it prints when it has opened what it needs; until then it may give up. A group in it is its address. */
  readonly opened: RegExp;
  /** Pause before it is started again after an end, ms. */
  readonly restartMs?: number;
};

/** An end that nobody asked for. */
export type Surprise = { readonly name: string; readonly end: string; readonly said: string };

/** What a container engine waits for a process that was asked to end, ms. */
const GRACE_MS = 30_000;

/**
 * A process as a container engine keeps it: started again whenever it ends. It may end by itself only before it has
 * opened its servers; every other end is noted.
 */
export class Child {
  readonly surprises: Surprise[] = [];
  /** How often it was started. */
  starts = 0;
  #process: Bun.Subprocess<"ignore", "pipe", "pipe"> | undefined;
  #said = "";
  #opened: RegExpExecArray | undefined;
  #wanted = true;
  #killed = false;
  #retiring = false;
  #env: Readonly<Record<string, string>> = {};
  readonly #over = Promise.withResolvers<void>();

  constructor(readonly options: ChildOptions) {
    void this.#keep();
  }

  get name(): string {
    return this.options.name;
  }
  get pid(): number | undefined {
    const running = this.#process;
    return running && running.exitCode === null && running.signalCode === null ? running.pid : undefined;
  }
  get opened(): boolean {
    return this.pid !== undefined && this.#opened !== undefined;
  }

  /** Where it serves its health, when it has said so. */
  get url(): string | undefined {
    return this.#opened?.[1];
  }

  /** Ends it at once; it comes back, with these variables besides until its next end. */
  kill(env: Readonly<Record<string, string>> = {}): void {
    this.#killed = true;
    this.#env = env;
    this.signal("SIGKILL");
  }
  /** Asks it to end in order; it comes back. */
  retire(): void {
    if (this.pid === undefined || this.#retiring) return;
    this.#retiring = true;
    this.signal("SIGTERM");
    const { pid } = this;
    setTimeout(() => {
      if (this.pid === pid) this.signal("SIGKILL");
    }, GRACE_MS).unref();
  }
  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) this.#process?.kill(signal);
  }

  /** Asks it to end and waits; answers with its exit code. It does not come back. */
  async stop(patienceMs = 60_000): Promise<number | null> {
    this.#wanted = false;
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    const late = setTimeout(() => this.signal("SIGKILL"), patienceMs);
    await this.#over.promise;
    clearTimeout(late);
    return this.#process?.exitCode ?? null;
  }
  /** Ends it for good, at once. */
  async end(): Promise<void> {
    this.#wanted = false;
    this.signal("SIGKILL");
    await this.#over.promise;
  }

  async #keep(): Promise<void> {
    const { words, env, restartMs = 300 } = this.options;
    while (this.#wanted) {
      this.starts++;
      this.#said = "";
      this.#opened = undefined;
      this.#killed = false;
      this.#retiring = false;
      const running = Bun.spawn([...words], {
        env: { ...process.env, ...env, ...this.#env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      this.#process = running;
      this.#env = {};
      await Promise.all([this.#listen(running.stdout), this.#listen(running.stderr), running.exited]);
      this.#judge(running.exitCode, running.signalCode as NodeJS.Signals | null);
      if (this.#wanted) await Bun.sleep(restartMs);
    }
    this.#over.resolve();
  }

  async #listen(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      this.#said = `${this.#said}${text}`.slice(-20_000);
      this.#opened ??= this.options.opened.exec(this.#said) ?? undefined;
      appendFileSync(this.options.logPath, text);
    }
  }

  #judge(code: number | null, signal: NodeJS.Signals | null): void {
    const inOrder = this.#retiring && (code === 0 || (signal === "SIGTERM" && !this.#opened));
    const mayGiveUp = !this.#opened && /UNREACHABLE|UNAVAILABLE/.test(this.#said);
    if (!this.#wanted || this.#killed || mayGiveUp || inOrder) return;
    this.surprises.push({
      name: this.name,
      end: this.#retiring ? `${code ?? signal} when asked to end` : `${code ?? signal}`,
      said: this.#said.slice(-1_500),
    });
  }

  log(): string {
    return readFileSync(this.options.logPath, "utf8");
  }
}
