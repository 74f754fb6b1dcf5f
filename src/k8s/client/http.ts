import type { Clock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import { backoffMs } from "../../support/retry.ts";
import type { Connection } from "./connection.ts";
import { type Answer, exchange, type KubeRequest } from "./exchange.ts";
import { wasCut } from "./network-failure.ts";
import { refusal } from "./refusal.ts";
import { readStatus, type Status } from "./status.ts";

/** The API server said no; `status` is how it said so. */
export class Refused extends Ca3Error {
  constructor(
    readonly status: Status,
    error: Ca3Error,
  ) {
    super(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
  }
}

export const wasRefusedWith = (error: unknown, code: number): error is Refused =>
  error instanceof Refused && error.status.code === code;

/** The texts of a `Warning` header: `299 - "text", 299 - "text"`. Pure. */
const readWarnings = (header: string | null): string[] =>
  [...(header ?? "").matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    text.replace(/\\(.)/g, "$1"),
  );

/** Tries of a request that the server was too busy for, or whose connection broke before an answer. */
const TRIES = 4;
const pause = { firstMs: 250, maxMs: 4_000 };
const BUSY = new Set([429, 503, 504]);
/** Longest wait that a busy server may ask for, s. */
const MAX_WAIT_SECONDS = 10;

/**
 * Requests to one API server. All of ours may be repeated safely, so what fails in a passing way is tried again.
 * Everything else ends in a Ca3Error that names cluster, user and object, or in a plain AbortError.
 */
export class KubeHttp {
  readonly #warnings = new Set<string>();

  constructor(
    readonly connection: Connection,
    private readonly clock: Clock,
  ) {}

  /** How people know the cluster: by its name in the kubeconfig. */
  get cluster(): string {
    return this.connection.context.cluster;
  }
  get user(): string {
    return this.connection.context.user.name;
  }

  /** What the server warned about so far, each once: fields that do nothing, kinds that will go, pods that a policy forbids. */
  get warnings(): ReadonlySet<string> {
    return this.#warnings;
  }

  async json<T>(request: KubeRequest): Promise<T> {
    const text = await this.text(request);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      const { url } = this.connection.context.server;
      throw new Ca3Error(
        "CA3_KUBE_UNREACHABLE",
        `cluster ${this.cluster} answered with something that is not JSON (${request.what})`,
        { cause: error, hint: `check that ${url} is an API server, and not a proxy or a login page` },
      );
    }
  }

  async text(request: KubeRequest): Promise<string> {
    return await (await this.open(request)).text();
  }

  /** A good answer, to be read as it comes. */
  async open(request: KubeRequest): Promise<Answer> {
    let renewed = false;
    for (let attempt = 0; ; attempt++) {
      const last = attempt >= TRIES - 1;
      let answer: Answer;
      try {
        answer = await exchange(this.connection, request);
      } catch (error) {
        if (last || !wasCut((error as Error).cause)) throw error;
        await this.clock.sleep(backoffMs(attempt, pause), request.signal);
        continue;
      }
      const { response } = answer;
      for (const warning of readWarnings(response.headers.get("warning"))) this.#warnings.add(warning);
      if (response.ok) return answer;
      const status = readStatus(response.status, await answer.text());
      const { credentials } = this.connection;
      if (response.status === 401 && !renewed && credentials.refused()) {
        renewed = true;
        continue;
      }
      if (last || !BUSY.has(response.status)) throw this.refused(status, request.what);
      const asked = Number(response.headers.get("retry-after") ?? status.details.retryAfterSeconds ?? 0);
      const atLeastMs = Math.min(asked || 0, MAX_WAIT_SECONDS) * 1000;
      await this.clock.sleep(Math.max(backoffMs(attempt, pause), atLeastMs), request.signal);
    }
  }

  refused(status: Status, what: string): Refused {
    const { cluster, user } = this;
    return new Refused(
      status,
      refusal(status, { cluster, user, what }, this.connection.credentials.trouble()),
    );
  }
}
