import type { Ca3Error } from "../../support/errors.ts";
import type { KubeClient } from "../client/client.ts";
import { apiVersionOf, type Resource } from "../client/resource.ts";
import type { LiveObject } from "../live-object.ts";
import { keyOf, type ObjectRef, refOf } from "../object.ts";

/** A kind in a namespace, or everywhere when it belongs to none. */
type Scope = { readonly resource: Resource; readonly namespace: string | undefined };

/**
 * The objects of some kinds as they are now, by one watch for each kind and namespace. Waiting is looking here again
 * after each change.
 */
export class Board implements AsyncDisposable {
  readonly #objects = new Map<string, LiveObject>();
  readonly #watches = new Map<string, Promise<void>>();
  readonly #running: Promise<void>[] = [];
  readonly #stop = new AbortController();
  #change = Promise.withResolvers<void>();
  #failure: unknown;
  #trouble: Ca3Error | undefined;

  constructor(
    private readonly client: KubeClient,
    signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => this.#stop.abort(), { once: true });
    if (signal.aborted) this.#stop.abort();
  }

  /** Begins to watch what is not watched yet, and resolves when it is known as it is. */
  async watch(scopes: readonly Scope[]): Promise<void> {
    await Promise.all(scopes.map((scope) => this.#watch(scope)));
    this.#throwFailure();
  }

  get(ref: ObjectRef): LiveObject | undefined {
    return this.#objects.get(keyOf(ref));
  }

  /** What is known of a kind in a namespace. */
  *all({ kind, namespace }: { kind: string; namespace?: string | undefined }): Generator<LiveObject> {
    for (const object of this.#objects.values())
      if (object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace))
        yield object;
  }

  /** While the API server is away: why. */
  get trouble(): Ca3Error | undefined {
    return this.#trouble;
  }

  /** Resolves at the next change, or after `ms`. Throws when a watch cannot go on. */
  async changed(ms: number): Promise<void> {
    this.#throwFailure();
    const stop = new AbortController();
    await Promise.race([this.#change.promise, this.client.clock.sleep(ms, stop.signal)]);
    stop.abort();
    this.#throwFailure();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  #watch({ resource, namespace }: Scope): Promise<void> {
    const key = `${resource.group}/${resource.plural}|${namespace ?? ""}`;
    const known = this.#watches.get(key);
    if (known !== undefined) return known;
    const synced = Promise.withResolvers<void>();
    this.#watches.set(key, synced.promise);
    const running = this.#follow({ resource, namespace }, synced.resolve)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        synced.resolve();
        this.#tell();
      });
    this.#running.push(running);
    return synced.promise;
  }

  async #follow({ resource, namespace }: Scope, onSynced: () => void): Promise<void> {
    const options = {
      signal: this.#stop.signal,
      onTrouble: (error: Ca3Error) => {
        this.#trouble = error;
        this.#tell();
      },
    };
    for await (const change of this.client.watch(resource, { namespace }, options)) {
      this.#trouble = undefined;
      if (change.type === "synced") {
        onSynced();
        this.#tell();
        continue;
      }
      const { metadata, ...rest } = change.object;
      const { managedFields: _, ...kept } = metadata;
      const object: LiveObject = {
        ...rest,
        apiVersion: apiVersionOf(resource),
        kind: resource.kind,
        metadata: kept,
      };
      const at = keyOf(refOf(object));
      if (change.type === "gone") this.#objects.delete(at);
      else this.#objects.set(at, object);
      this.#tell();
    }
  }

  #tell(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
