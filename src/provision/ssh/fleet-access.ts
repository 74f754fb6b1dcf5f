import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { Ca3Error } from "../../support/errors.ts";
import { connect, type Endpoint, type SignIn } from "./connection.ts";
import { explainSsh } from "./failures.ts";
import { runOver, type Shell } from "./shell.ts";

export type Reached = Endpoint & {
  /** Not to be reached from here, but from the first control plane. */
  readonly behindJump: boolean;
};

/** sshd takes ten channels on one connection; each worker behind the jump needs one. */
export const CHANNELS = 8;

/**
 * The way to every machine: straight to the control planes, and through the first of them to the workers. Each is verified
 * by its own host key, the ones behind the jump from end to end: the jump passes bytes on and can read none.
 */
export class Access {
  #jump: Promise<Client> | undefined;
  readonly #open = new Set<Client>();

  constructor(
    /** Asked at every connect: its host key is replaced in between. */
    private readonly jump: () => Endpoint,
    private readonly signIn: SignIn,
  ) {}

  async shell(to: Reached): Promise<Shell> {
    const client = to.behindJump ? await this.#through(to) : await connect(to, this.signIn);
    this.#open.add(client);
    client.once("close", () => this.#open.delete(client));
    return {
      node: to.name,
      run: (command) => runOver(client, to.name, command),
      close: () => client.end(),
    };
  }

  /** A way through the first control plane to any address that it can reach; for tunnels as well. */
  async forward(host: string, port: number): Promise<Duplex> {
    const jump = await this.#connected();
    return new Promise((resolve, reject) =>
      jump.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
        if (error)
          reject(
            explainSsh(error, { ...this.jump(), name: `${host} behind ${this.jump().name}`, host, port }),
          );
        else resolve(channel);
      }),
    );
  }

  async #through(to: Reached): Promise<Client> {
    return connect(to, this.signIn, await this.forward(to.host, to.port));
  }

  #connected(): Promise<Client> {
    this.#jump ??= connect(this.jump(), this.signIn).then(
      (client) => {
        client.once("close", () => {
          this.#jump = undefined;
        });
        return client;
      },
      (error: unknown) => {
        this.#jump = undefined;
        throw error;
      },
    );
    return this.#jump;
  }

  async close(): Promise<void> {
    for (const client of this.#open) client.end();
    (await this.#jump?.catch(() => undefined))?.end();
  }
}

/** Throws CA3_REMOTE with the end of what the command said when its exit code is not 0. */
export function mustSucceed(
  node: string,
  doing: string,
  result: { code: number; stderr: string; stdout: string },
): void {
  if (result.code === 0) return;
  const said = (result.stderr || result.stdout).trim().split("\n").slice(-5).join("\n");
  throw new Ca3Error("CA3_REMOTE", `${node}: ${doing} ended with ${result.code}\n${said}`, {
    hint: `ca3 ssh ${node}`,
  });
}
