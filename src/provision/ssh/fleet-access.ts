import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { Ca3Error } from "../../support/errors.ts";
import { quoted } from "../../support/shell-words.ts";
import { connect, type Endpoint, type Patience, type SignIn, usualPatience } from "./connection.ts";
import { apiAway } from "./failures.ts";
import { behind, forwardOver } from "./forward.ts";
import { runOver, type Shell } from "./shell.ts";
import { type LocalTerminal, runOnTerminal } from "./terminal.ts";

export type Reached = Endpoint & {
  /** Not to be reached from here, but from a control plane. */
  readonly behindJump: boolean;
};

/** sshd takes ten channels on one connection; each worker behind the jump needs one. */
export const CHANNELS = 8;

/** Asked at every connect: host keys are replaced in between. Any of them will do, the first that answers is taken. */
export type Jumps = () => readonly Endpoint[];

/**
 * The way to every machine: straight to the control planes, and through the first of them that answers to the workers. Each
 * is verified by its own host key, the ones behind the jump from end to end: the jump passes bytes on and can read none.
 * Rejects with CA3_HOST_KEY or CA3_REMOTE.
 */
export interface Access {
  shell(to: Reached): Promise<Shell>;
  /** A way through a control plane to any address that it can reach; for tunnels as well. */
  forward(host: string, port: number): Promise<Duplex>;
  /**
   * A way to the Kubernetes API at the address that every control plane has it for itself, on the first of them where
   * somebody listens: while K3s of one starts anew, those of the others go on.
   */
  toApi(host: string, port: number): Promise<Duplex>;
  /** A shell, or one command, on the terminal of whoever sits here. Answers with its exit code. */
  terminal(to: Reached, command: readonly string[], local: LocalTerminal): Promise<number>;
  close(): Promise<void>;
}

/** `Access` by the SSH client that is built in. */
export class BuiltinAccess implements Access {
  /** Connections to control planes that ways lead through, by name. */
  readonly #jumps = new Map<string, Promise<Client>>();
  #ofUse: string | undefined;
  readonly #open = new Set<Client>();

  constructor(
    private readonly jumps: Jumps,
    private readonly signIn: SignIn,
    private readonly patience: Patience = usualPatience,
  ) {}

  async #client(to: Reached): Promise<Client> {
    const through = to.behindJump ? await this.forward(to.host, to.port) : undefined;
    const client = await connect(to, this.signIn, this.patience, through);
    this.#open.add(client);
    client.once("close", () => this.#open.delete(client));
    return client;
  }

  async terminal(to: Reached, command: readonly string[], local: LocalTerminal): Promise<number> {
    const client = await this.#client(to);
    const line = command.length === 0 ? undefined : command.map(quoted).join(" ");
    return runOnTerminal(client, to.name, line, local).finally(() => client.end());
  }

  async shell(to: Reached): Promise<Shell> {
    const client = await this.#client(to);
    return {
      node: to.name,
      run: (command) => runOver(client, to.name, command),
      close: () => client.end(),
    };
  }

  async forward(host: string, port: number): Promise<Duplex> {
    const [jump, client] = await this.#firstThat(async (one) => [one, await this.#connected(one)] as const);
    return forwardOver(client, behind(jump, host, port), this.patience);
  }

  toApi(host: string, port: number): Promise<Duplex> {
    return this.#firstThat(async (one) => {
      const client = await this.#connected(one);
      return forwardOver(client, behind(one, host, port), this.patience).catch((error: Ca3Error) => {
        throw apiAway(one, `${host}:${port}`, error);
      });
    });
  }

  #connected(jump: Endpoint): Promise<Client> {
    const known = this.#jumps.get(jump.name);
    if (known !== undefined) return known;
    const forget = () => this.#jumps.delete(jump.name);
    const made = connect(jump, this.signIn, this.patience);
    this.#jumps.set(jump.name, made);
    made.then((client) => client.once("close", forget), forget);
    return made;
  }

  /** The one that was last of use is asked first: nobody waits for a machine that is away more than once. */
  async #firstThat<T>(use: (jump: Endpoint) => Promise<T>): Promise<T> {
    let first: unknown;
    const inOrder = this.jumps().toSorted(
      (a, b) => Number(b.name === this.#ofUse) - Number(a.name === this.#ofUse),
    );
    for (const jump of inOrder)
      try {
        const result = await use(jump);
        this.#ofUse = jump.name;
        return result;
      } catch (error) {
        // another host key is not a machine that is away
        if (error instanceof Ca3Error && error.code === "CA3_HOST_KEY") throw error;
        first ??= error;
      }
    throw first;
  }

  async close(): Promise<void> {
    for (const client of this.#open) client.end();
    for (const jump of this.#jumps.values()) (await jump.catch(() => undefined))?.end();
  }
}
