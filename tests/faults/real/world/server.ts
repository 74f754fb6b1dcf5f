import type { Service } from "../../../services/process.ts";

/** A server that dies and comes back with the data it had. */
export class Server<S extends Service> implements AsyncDisposable {
  #up = true;

  static async start<S extends Service>(boot: (earlier?: S) => Promise<S>): Promise<Server<S>> {
    return new Server(boot, await boot());
  }

  private constructor(
    private readonly boot: (earlier?: S) => Promise<S>,
    private service: S,
  ) {}

  get up(): boolean {
    return this.#up;
  }
  get now(): S {
    return this.service;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.#up = false;
    await this.service.kill();
  }
  /** Resolves when it is ready again. */
  async revive(): Promise<void> {
    this.service = await this.boot(this.service);
    this.#up = true;
  }
  /** Stops it where it is; its connections stay open. */
  pause(): void {
    process.kill(this.service.pid, "SIGSTOP");
  }
  resume(): void {
    process.kill(this.service.pid, "SIGCONT");
  }

  /** Its process is there. One that is gone though nobody killed it is a fault of the server's own. */
  get alive(): boolean {
    try {
      return process.kill(this.service.pid, 0);
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#up && this.alive) this.resume();
    await this.service[Symbol.asyncDispose]();
  }
}
