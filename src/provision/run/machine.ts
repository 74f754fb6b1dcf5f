import { Ca3Error } from "../../support/errors.ts";
import type { ClusterSettings } from "../config.ts";
import { assetOf, digestOf } from "../k3s/releases.ts";
import type { NodeWant, SeenNode } from "../model.ts";
import { downloadBinary, hasBinary, IMAGES, takeUploaded, UPLOADED } from "../remote/binary.ts";
import {
  agentConfig,
  auditPolicy,
  type NodePlace,
  paths,
  podSecurityConfig,
  serverConfig,
} from "../remote/k3s-config.ts";
import { forgetToken, installService } from "../remote/k3s-service.ts";
import { prepareKernel, replaceHostKey, waitForBoot } from "../remote/prepare.ts";
import { AS_ROOT, answerOf, quoted, type Script } from "../remote/script.ts";
import { type Access, mustSucceed, type Reached } from "../ssh/fleet-access.ts";
import { newKeyPair } from "../ssh/keys.ts";
import type { RemoteResult, Shell } from "../ssh/shell.ts";
import { hostName, tag } from "../tags.ts";
import type { Site } from "./site.ts";

const BOOTS_WITHIN_MS = 5 * 60_000;
const TRY_EVERY_MS = 3_000;
const UPLOAD_MS = 10 * 60_000;

export type MachineParts = {
  readonly site: Site;
  readonly settings: ClusterSettings;
  readonly machine: SeenNode;
  readonly node: NodeWant;
  readonly access: Access;
  /** Where it is now, with the host keys that it may show. */
  readonly target: () => Reached;
  readonly publicAddress: string | undefined;
  readonly readFile: (path: string) => Promise<Uint8Array>;
};

/** One machine and what is done on it. Every method can be called again and changes nothing then. */
export class Machine {
  #shell: Shell | undefined;
  constructor(private readonly parts: MachineParts) {}

  /** First sign-in, another host key, first boot over, kernel and binary as K3s wants them. */
  async prepare(waiting: (reason: string) => void): Promise<void> {
    const { settings } = this.parts;
    await this.#untilReachable(waiting);
    await this.#rotateHostKey(waiting);
    await this.text(waitForBoot());
    if (settings.protectKernelDefaults) await this.text(prepareKernel());
    await this.#putBinary();
  }

  async installServer(options: {
    addresses: readonly string[];
    join?: string;
    token?: string;
  }): Promise<void> {
    const { settings } = this.parts;
    const { token, ...more } = options;
    await this.text(
      installService({
        role: "server",
        config: serverConfig(settings, this.#place(), more),
        ...(token === undefined ? {} : { token: token.trim() }),
        others: {
          [paths.podSecurity]: podSecurityConfig(settings),
          ...(settings.audit ? { [paths.auditPolicy]: auditPolicy() } : {}),
        },
        newBinary: false,
      }),
    );
  }

  async installAgent(server: string, token: string): Promise<void> {
    const config = agentConfig(this.parts.settings, this.#place(), server);
    await this.text(installService({ role: "agent", config, token: token.trim(), newBinary: false }));
  }

  async forgetToken(): Promise<void> {
    await this.text(forgetToken());
  }

  /** What the script printed. Throws CA3_REMOTE with the end of its errors when it failed. */
  async text(script: Script): Promise<string> {
    const result = await this.try(script);
    mustSucceed(this.parts.machine.name, script.doing, result);
    return result.stdout;
  }

  async json<T>(script: Script): Promise<T> {
    return JSON.parse(await this.text(script)) as T;
  }

  async try({ text, doing, deadlineMs }: Script): Promise<RemoteResult> {
    const shell = await this.#connected();
    const { signal } = this.parts.site.parts;
    return shell.run({ command: AS_ROOT, stdin: text, doing, deadlineMs, signal });
  }

  /** Tries until the script ends well. */
  async until(
    script: Script,
    withinMs: number,
    waiting: (reason: string) => void,
    reason: string,
  ): Promise<void> {
    const { clock, parts } = this.parts.site;
    const untilMs = clock.now() + withinMs;
    for (;;) {
      this.parts.site.goOn();
      const result = await this.try(script);
      if (result.code === 0) return;
      if (clock.now() >= untilMs) mustSucceed(this.parts.machine.name, script.doing, result);
      waiting(reason);
      await clock.sleep(TRY_EVERY_MS, parts.signal);
    }
  }

  async #connected(): Promise<Shell> {
    this.#shell ??= await this.parts.access.shell(this.parts.target());
    return this.#shell;
  }

  /** A machine that boots refuses or says nothing for a while; a strange host key is no matter of waiting. */
  async #untilReachable(waiting: (reason: string) => void): Promise<void> {
    const { site } = this.parts;
    const untilMs = site.clock.now() + BOOTS_WITHIN_MS;
    for (;;) {
      site.goOn();
      try {
        await this.#connected();
        return;
      } catch (error) {
        if (!(error instanceof Ca3Error) || error.code !== "CA3_REMOTE" || site.clock.now() >= untilMs)
          throw error;
        waiting(error.message);
        await site.clock.sleep(TRY_EVERY_MS, site.parts.signal);
      }
    }
  }

  /**
   * The key that the machine was made with is replaced once. Until the tag says the new one, both are right, so that a run
   * that is cut off anywhere in here can be gone on with.
   */
  async #rotateHostKey(waiting: (reason: string) => void): Promise<void> {
    const { site, machine, settings } = this.parts;
    if (
      machine.tags[tag.nextHostKey] !== undefined &&
      machine.tags[tag.hostKey] === machine.tags[tag.nextHostKey]
    )
      return;
    const next = newKeyPair(hostName(settings.name, machine.name));
    await site.cloud.setTags([machine.id], { [tag.nextHostKey]: next.publicKey });
    await site.refresh();
    await this.text(replaceHostKey(next));
    this.#shell?.close();
    this.#shell = undefined;
    // the server is not there for a moment while it takes the key
    await this.#untilReachable(waiting);
    await site.cloud.setTags([machine.id], { [tag.hostKey]: next.publicKey });
    await site.refresh();
  }

  async #putBinary(): Promise<void> {
    const { settings } = this.parts;
    const { k3sVersion, arch } = settings;
    const sha256 = settings.k3sSha256 ?? digestOf(k3sVersion, arch)!;
    if (settings.k3sSource === "download") {
      const url = `${settings.k3sUrl}/${encodeURIComponent(k3sVersion)}/${assetOf(arch)}`;
      await this.text(downloadBinary(url, sha256));
      return;
    }
    const there = answerOf<{ there: boolean }>(await this.text(hasBinary(sha256)))?.there;
    if (!there) {
      await this.#upload(settings.k3sBinary!, UPLOADED);
      await this.text(takeUploaded(sha256));
    }
    for (const image of settings.k3sImages)
      await this.#upload(image, `${IMAGES}/${image.split("/").at(-1)!}`);
  }

  async #upload(from: string, to: string): Promise<void> {
    const shell = await this.#connected();
    const folder = to.slice(0, to.lastIndexOf("/"));
    const inner = `install -d -m 700 ${quoted(folder)} && cat > ${quoted(`${to}.part`)} && mv ${quoted(`${to}.part`)} ${quoted(to)}`;
    const result = await shell.run({
      command: `if [ "$(id -u)" = 0 ]; then ${inner}; else sudo -n sh -c ${quoted(inner)}; fi`,
      stdin: await this.parts.readFile(from),
      doing: `upload ${from}`,
      deadlineMs: UPLOAD_MS,
      signal: this.parts.site.parts.signal,
    });
    mustSucceed(this.parts.machine.name, `the upload of ${from}`, result);
  }

  #place(): NodePlace {
    const { node, machine, publicAddress } = this.parts;
    return { node, privateAddress: machine.privateAddress ?? "", publicAddress };
  }
}
