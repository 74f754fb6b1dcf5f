import { Ca3Error } from "../../support/errors.ts";
import type { ClusterSettings } from "../config.ts";
import type { NodeWant, SeenNode } from "../model.ts";
import {
  agentConfig,
  auditPolicy,
  joinConfig,
  type NodePlace,
  paths,
  podSecurityConfig,
  serverConfig,
} from "../remote/k3s-config.ts";
import { forgetToken, hasJoined, installService } from "../remote/k3s-service.ts";
import { prepareKernel, waitForBoot } from "../remote/prepare.ts";
import { AS_ROOT, answerOf, type Script } from "../remote/script.ts";
import { NotLetIn } from "../ssh/failures.ts";
import type { Access, Reached } from "../ssh/fleet-access.ts";
import { mustSucceed } from "../ssh/remote-failure.ts";
import { BrokenLink, type RemoteCommand, type RemoteResult, type Shell } from "../ssh/shell.ts";
import { hostName, isControl } from "../tags.ts";
import { rotateHostKey } from "./host-key.ts";
import type { Site } from "./site.ts";
import { type OpenFile, putBinary, putImages } from "./uploads.ts";

const BOOTS_WITHIN_MS = 5 * 60_000;
const TRY_EVERY_MS = 3_000;
/** A server that is up and does not know the key may just be on its way to learn it. */
const LETS_IN_WITHIN_MS = 30_000;
/** A connection that broke is made anew so often, and so fast. */
const ATTEMPTS = 3;
const BACK_WITHIN_MS = 60_000;

export type MachineParts = {
  readonly site: Site;
  readonly settings: ClusterSettings;
  readonly machine: SeenNode;
  /** Nothing for one that is wanted no more: K3s is not installed on it. */
  readonly node: NodeWant | undefined;
  readonly access: Access;
  /** Where it is now, with the host keys that it may show. */
  readonly target: () => Reached;
  readonly publicAddress: string | undefined;
  readonly openFile: OpenFile;
};

export type Waiting = (reason: string) => void;

/** One machine and what is done on it. Every method can be called again and changes nothing then. */
export class Machine {
  #shell: Shell | undefined;
  #waiting: Waiting = () => {};
  constructor(readonly parts: MachineParts) {}

  get name(): string {
    return this.parts.machine.name;
  }
  /** What Kubernetes knows it as. */
  get nodeName(): string {
    return hostName(this.parts.settings.name, this.name);
  }

  /**
   * First sign-in, another host key, first boot over, kernel and binary as K3s wants them. Where K3s has joined a cluster
   * its binary stays: another release comes to it in its turn, by an upgrade.
   */
  async prepare(waiting: Waiting): Promise<void> {
    this.#waiting = waiting;
    await this.untilReachable(BOOTS_WITHIN_MS);
    await rotateHostKey(this);
    waiting(`${this.name}: its first boot is not finished`);
    await this.text(waitForBoot());
    if (this.parts.settings.protectKernelDefaults) await this.text(prepareKernel());
    if (!(await this.hasJoined())) await putBinary(this, waiting);
    await putImages(this, waiting);
  }

  async hasJoined(): Promise<boolean> {
    const role = isControl(this) ? "server" : "agent";
    return (await this.answer<{ joined: boolean }>(hasJoined(role)))?.joined === true;
  }

  /** `join` and `token` matter only where K3s has never run: later it knows its cluster itself. */
  async installServer(options: {
    addresses: readonly string[];
    join?: string;
    token?: string;
  }): Promise<void> {
    const { settings } = this.parts;
    const { token, join, addresses } = options;
    await this.text(
      installService({
        role: "server",
        config: serverConfig(settings, this.#place(), { addresses }),
        join: joinConfig(settings, join),
        ...(token === undefined ? {} : { token: token.trim() }),
        others: {
          [paths.podSecurity]: podSecurityConfig(settings),
          ...(settings.audit ? { [paths.auditPolicy]: auditPolicy() } : {}),
        },
      }),
    );
  }

  async installAgent(server: string, token: string): Promise<void> {
    const { settings } = this.parts;
    const config = agentConfig(settings, this.#place(), server);
    const join = joinConfig(settings, server);
    await this.text(installService({ role: "agent", config, join, token: token.trim() }));
  }

  async forgetToken(): Promise<void> {
    await this.text(forgetToken());
  }

  /** What the script printed. Throws CA3_REMOTE with the end of its errors when it failed. */
  async text(script: Script): Promise<string> {
    const result = await this.try(script);
    mustSucceed(this.name, script.doing, result);
    return result.stdout;
  }

  async json<T>(script: Script): Promise<T> {
    return JSON.parse(await this.text(script)) as T;
  }

  /** The last line of what the script printed, as JSON. */
  async answer<T>(script: Script): Promise<T | undefined> {
    return answerOf<T>(await this.text(script));
  }

  async try({ text, doing, deadlineMs }: Script): Promise<RemoteResult> {
    return this.run({ command: AS_ROOT, stdin: text, doing, deadlineMs });
  }

  /** All that is run here can be run again, so a connection that breaks is made anew. */
  async run(command: RemoteCommand): Promise<RemoteResult> {
    const { signal } = this.parts.site.parts;
    for (let attempt = 1; ; attempt++) {
      const shell = await this.#connected();
      try {
        return await shell.run({ ...command, signal });
      } catch (error) {
        if (!(error instanceof BrokenLink)) throw error;
        this.disconnect();
        if (attempt === ATTEMPTS) throw error;
        this.#waiting(`${error.message}; connecting again`);
        await this.untilReachable(BACK_WITHIN_MS);
      }
    }
  }

  /** Tries until the script ends well. */
  async until(script: Script, withinMs: number, waiting: Waiting, reason: string): Promise<void> {
    const { clock, parts } = this.parts.site;
    const untilMs = clock.now() + withinMs;
    for (;;) {
      this.parts.site.goOn();
      const result = await this.try(script);
      if (result.code === 0) return;
      if (clock.now() >= untilMs) mustSucceed(this.name, script.doing, result);
      waiting(reason);
      await clock.sleep(TRY_EVERY_MS, parts.signal);
    }
  }

  disconnect(): void {
    this.#shell?.close();
    this.#shell = undefined;
  }

  /** A machine that boots refuses or says nothing for a while; a strange host key is no matter of waiting. */
  async untilReachable(withinMs: number): Promise<void> {
    const { site } = this.parts;
    const startMs = site.clock.now();
    let refusedMs: number | undefined;
    for (;;) {
      site.goOn();
      try {
        await this.#connected();
        return;
      } catch (error) {
        if (!(error instanceof Ca3Error) || error.code !== "CA3_REMOTE") throw error;
        const now = site.clock.now();
        if (error instanceof NotLetIn) refusedMs ??= now;
        if (refusedMs !== undefined && now - refusedMs >= LETS_IN_WITHIN_MS) throw error;
        if (now - startMs >= withinMs) throw waitedFor(error, withinMs);
        this.#waiting(error.message);
        await site.clock.sleep(TRY_EVERY_MS, site.parts.signal);
      }
    }
  }

  async #connected(): Promise<Shell> {
    this.#shell ??= await this.parts.access.shell(this.parts.target());
    return this.#shell;
  }

  #place(): NodePlace {
    const { node, machine, publicAddress } = this.parts;
    if (node === undefined) throw new Error(`${this.name} is no longer wanted`);
    return { node, privateAddress: machine.privateAddress ?? "", publicAddress };
  }
}

const waitedFor = (error: Ca3Error, ms: number): Ca3Error =>
  new Ca3Error("CA3_REMOTE", `${error.message}, for ${Math.round(ms / 60_000)} min`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
