import { type Db, type Document, MongoClient, type MongoClientOptions } from "mongodb";
import { Ca3Error } from "../../../support/errors.ts";
import { explain } from "./explain.ts";
import { sendDocumentsInPlace } from "./in-place.ts";
import { type Target, wrong } from "./target.ts";

export type LinkOptions = {
  readonly timeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly poolSize: number;
};

/** How long opening may take altogether, ms; part of it goes to finding the server. */
const OPEN_MS = 9_000;
const SELECT_MS = 5_000;
const CLOSE_MS = 2_000;
const SLOW_MS = 600_000;

/** What every write asks for: a majority of the servers has it in its journal. */
export const DURABLY = { writeConcern: { w: "majority", j: true } } as const;

/**
 * One client of the driver with a time limit of our own on every call, because the driver has none that always works: a
 * write to a server that is killed under it may wait for ever. A call that is given up is aborted in the driver too,
 * which closes its connection.
 */
export class MongoLink {
  readonly #client: MongoClient;
  readonly #target: Target;
  readonly #options: LinkOptions;
  /** What has worked before; refused later, that is an outage. */
  readonly #proven = new Set<string>();
  #opened = false;
  #closing: Promise<void> | undefined;

  constructor(target: Target, options: LinkOptions) {
    this.#target = target;
    this.#options = options;
    sendDocumentsInPlace();
    this.#client = clientOf(target, options);
  }

  get db(): Db {
    return this.#client.db(this.#target.database);
  }

  /** Finds the server and signs in, or rejects within ten seconds; then does what `prepare` asks for. */
  async open(prepare: () => Promise<void>): Promise<void> {
    const doing = `cannot open the database ${this.#target.database}`;
    try {
      await this.#limited(doing, OPEN_MS, (signal) => this.db.command({ ping: 1 }, { signal }));
      await prepare();
      this.#opened = true;
    } catch (error) {
      await this.close();
      throw explain(error, { doing, target: this.#target, proven: false, opening: true });
    }
  }

  /** Runs a write or another quick command. */
  command(doing: string, command: Document): Promise<Document> {
    return this.#attempt(doing, this.#options.timeoutMs, (signal) => this.db.command(command, { signal }));
  }
  /** Runs what takes minutes where there is much data. */
  slowCommand(doing: string, command: Document): Promise<Document> {
    return this.#attempt(doing, SLOW_MS, (signal) => this.db.command(command, { signal }));
  }
  query<T>(doing: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#attempt(doing, this.#options.queryTimeoutMs, call);
  }

  /** Idempotent. Calls that still run fail. */
  close(): Promise<void> {
    this.#closing ??= Promise.race([
      this.#client.close(true).catch(() => {}),
      new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref()),
    ]);
    return this.#closing;
  }

  async #attempt<T>(doing: string, limitMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closing) throw closed(doing);
    try {
      const result = await this.#limited(doing, limitMs, call);
      this.#proven.add(doing);
      return result;
    } catch (error) {
      // whatever the driver says of a call that it was closed under
      if (this.#closing) throw closed(doing, error);
      // while opening, `open` puts it into words
      if (!this.#opened) throw error;
      throw explain(error, { doing, target: this.#target, proven: this.#proven.has(doing) });
    }
  }

  async #limited<T>(doing: string, limitMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const abort = new AbortController();
    const { where } = this.#target;
    const timer = setTimeout(() => {
      const code = this.#opened ? "CA3_STORE_UNAVAILABLE" : "CA3_STORE_UNREACHABLE";
      const message = `${doing}: MongoDB at ${where} did not answer within ${limitMs / 1000} s`;
      reject(new Ca3Error(code, message, { hint: "check that MongoDB runs and how busy it is" }));
      abort.abort();
    }, limitMs);
    try {
      return await Promise.race([call(abort.signal), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

const closed = (doing: string, cause?: unknown): Ca3Error =>
  new Ca3Error("CA3_STORE_UNAVAILABLE", `${doing}: the store is closed`, { cause });

function clientOf(target: Target, { timeoutMs, queryTimeoutMs, poolSize }: LinkOptions): MongoClient {
  const options: MongoClientOptions = {
    appName: "ca3",
    maxPoolSize: poolSize,
    serverSelectionTimeoutMS: SELECT_MS,
    connectTimeoutMS: SELECT_MS,
    // for a connection whose other end is gone without a word; above our own limit, which explains itself
    socketTimeoutMS: Math.max(timeoutMs, queryTimeoutMs) + 5_000,
    waitQueueTimeoutMS: timeoutMs,
    heartbeatFrequencyMS: 5_000,
    ...target.options,
  };
  try {
    return new MongoClient(target.url.reveal(), options);
  } catch (error) {
    // no cause: what the driver parsed is part of its error
    throw wrong(`${target.where}: ${(error as Error).message}`);
  }
}
