import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { Ca3Error } from "../../../support/errors.ts";
import {
  type PipedProgram,
  runOnThisTerminal,
  runProgramToEnd,
  startPipedProgram,
} from "../../../support/exec.ts";
import { quoted } from "../../../support/shell-words.ts";
import { type Endpoint, type Patience, type SignIn, usualPatience } from "../connection.ts";
import { apiAway } from "../failures.ts";
import type { Access, Jumps, Reached } from "../fleet-access.ts";
import { behind } from "../forward.ts";
import type { Shell } from "../shell.ts";
import type { LocalTerminal } from "../terminal.ts";
import { configFile, knownHostsFile, opensshConfig, opensshKnownHosts } from "./config.ts";
import { duplexOf } from "./duplex.ts";
import { explainOpenssh } from "./failures.ts";
import { runThrough } from "./shell.ts";

const LOOK_EVERY_MS = 50;
const LOOK_FOR_API_MS = 10_000;

/**
 * `Access` by OpenSSH's `ssh` of this machine, for keys that only it can use: security keys, smart cards. One connection a
 * machine stays open and is shared by its commands; all of it ends with this process.
 */
export class OpensshAccess implements Access {
  readonly #folder = mkdtempSync(join(tmpdir(), "ca3-ssh-"));
  readonly #masters = new Set<PipedProgram>();
  #count = 0;

  constructor(
    private readonly jumps: Jumps,
    private readonly signIn: SignIn,
    private readonly patience: Patience = usualPatience,
  ) {}

  async shell(to: Reached): Promise<Shell> {
    const config = await this.#connected(to);
    return {
      node: to.name,
      run: (command) =>
        runThrough(["ssh", "-F", config, to.name], to.name, () => this.#tell("check", config, to), command),
      close: () => void this.#tell("exit", config, to),
    };
  }

  async terminal(
    to: Reached,
    command: readonly string[],
    { screen, signal }: LocalTerminal,
  ): Promise<number> {
    const config = await this.#connected(to);
    const words = ["ssh", "-F", config, screen === undefined ? "-T" : "-tt", to.name, ...command.map(quoted)];
    return runOnThisTerminal(words, signal);
  }

  async forward(host: string, port: number): Promise<Duplex> {
    return this.#forwardOver(await this.#firstThatAnswers(), host, port);
  }

  async toApi(host: string, port: number): Promise<Duplex> {
    const jumps = this.jumps();
    if (jumps.length === 1) return this.#forwardOver(jumps[0]!, host, port);
    let first: unknown;
    for (const jump of jumps)
      try {
        // ssh itself says nothing when a way is open
        const shell = await this.shell({ ...jump, behindJump: false });
        const command = `bash -c ${quoted(`exec 3<>/dev/tcp/${host}/${port}`)}`;
        const { code } = await shell.run({ command, doing: "look for the API", deadlineMs: LOOK_FOR_API_MS });
        shell.close();
        if (code !== 0) throw apiAway(jump, `${host}:${port}`);
        return this.#forwardOver(jump, host, port);
      } catch (error) {
        if (error instanceof Ca3Error && error.code === "CA3_HOST_KEY") throw error;
        first ??= error;
      }
    throw first;
  }

  #forwardOver(jump: Endpoint, host: string, port: number): Duplex {
    const config = this.#written(jump);
    const program = startPipedProgram(["ssh", "-F", config, "-W", `${host}:${port}`, jump.name]);
    this.#masters.add(program);
    void program.exited.then(() => this.#masters.delete(program));
    return duplexOf(program, () => explainOpenssh(program.stderr(), behind(jump, host, port)));
  }

  async #connected(to: Reached): Promise<string> {
    const jump = to.behindJump ? await this.#firstThatAnswers() : undefined;
    const config = this.#written(to, jump);
    await this.#master(to, config);
    return config;
  }

  /** The connection that all commands on a machine share; it is there when `ssh -O check` says so. */
  async #master(to: Endpoint, config: string): Promise<void> {
    const master = startPipedProgram(["ssh", "-F", config, "-M", "-N", to.name]);
    this.#masters.add(master);
    let ended = false;
    const gone = master.exited.then(() => {
      ended = true;
      this.#masters.delete(master);
    });
    void drained(master);
    while (!ended) {
      if (await this.#tell("check", config, to)) return;
      await Promise.race([gone, Bun.sleep(LOOK_EVERY_MS)]);
    }
    throw explainOpenssh(master.stderr(), to);
  }

  /** Asks the connection that is open, or ends it; false when there is none. */
  async #tell(word: "check" | "exit", config: string, { name }: Endpoint): Promise<boolean> {
    const { connectMs: timeoutMs } = this.patience;
    return (await runProgramToEnd(["ssh", "-F", config, "-O", word, name], { timeoutMs })).code === 0;
  }

  async #firstThatAnswers(): Promise<Endpoint> {
    const jumps = this.jumps();
    if (jumps.length === 1) return jumps[0]!;
    let first: unknown;
    for (const jump of jumps)
      try {
        const shell = await this.shell({ ...jump, behindJump: false });
        shell.close();
        return jump;
      } catch (error) {
        if (error instanceof Ca3Error && error.code === "CA3_HOST_KEY") throw error;
        first ??= error;
      }
    throw first;
  }

  /** Every connection has files of its own: host keys are replaced in between. */
  #written(target: Endpoint, jump?: Endpoint): string {
    const folder = join(this.#folder, String(this.#count++));
    mkdirSync(folder, { mode: 0o700 });
    const { signIn, patience } = this;
    const config = join(folder, configFile);
    writeFileSync(config, opensshConfig({ folder, target, jump, signIn, patience }), { mode: 0o600 });
    writeFileSync(join(folder, knownHostsFile), opensshKnownHosts({ target, jump }), { mode: 0o600 });
    return config;
  }

  async close(): Promise<void> {
    const masters = [...this.#masters];
    for (const master of masters) master.kill();
    await Promise.all(masters.map(({ exited }) => exited));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function drained({ output }: PipedProgram): Promise<void> {
  for await (const _ of output);
}
