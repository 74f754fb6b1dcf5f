import type { NodeFacts } from "../../src/k8s/nodes/node-facts.ts";
import type { Cloud } from "../../src/provision/cloud.ts";
import type { KubeNodes } from "../../src/provision/kube.ts";
import type { UpgradeMachine } from "../../src/provision/run/upgrade.ts";
import { isControl } from "../../src/provision/tags.ts";
import { Ca3Error } from "../../src/support/errors.ts";

/**
 * Ends a run as SIGKILL would, behind its n-th act, whatever that acts on: nothing that it asks is answered from then on.
 * Before the next act is, for what it acts on, the same as behind this one.
 */
export class Hand {
  readonly #killed = Promise.withResolvers<void>();
  readonly killed = this.#killed.promise;
  readonly acts: string[] = [];
  #dead = false;
  constructor(private readonly behind = Number.POSITIVE_INFINITY) {}

  async act<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    if (this.#dead) return new Promise<T>(() => {});
    const result = await work();
    this.acts.push(what);
    if (this.acts.length < this.behind) return result;
    this.#dead = true;
    this.#killed.resolve();
    return new Promise<T>(() => {});
  }

  /** The same cloud, as far as the run lives. */
  over(cloud: Cloud): Cloud {
    const reads = /^(observe|tagged|ended)$/;
    return new Proxy(cloud, {
      get: (all, name: keyof Cloud) => {
        const call = all[name] as unknown;
        if (typeof call !== "function" || reads.test(name)) return call;
        return (...given: unknown[]) => this.act(name, () => call.apply(all, given));
      },
    });
  }
}

/**
 * Kubernetes and K3s on the machines under it, in memory. It refuses what would harm a real one: a node that is forgotten
 * before it is empty, one that starts anew while it has pods, before its turn, or before the state of the cluster was kept.
 */
export class MemoryCluster {
  readonly acts: string[] = [];
  /** Pods that no drain moves, by node. */
  readonly stubborn = new Set<string>();
  /** Nodes on which the new release does not start. */
  readonly broken = new Set<string>();
  /** Containers run on while K3s starts anew. */
  runOn = false;
  readonly #nodes = new Map<string, NodeFacts>();
  readonly #pods = new Set<string>();
  readonly #binaries = new Map<string, string>();
  readonly #kept = new Set<string>();

  constructor(
    private readonly cluster: string,
    names: readonly string[],
    private readonly release: string,
  ) {
    for (const name of names) this.join(name);
  }

  get names(): string[] {
    return [...this.#nodes.keys()].sort();
  }
  get nodes(): NodeFacts[] {
    return [...this.#nodes.values()];
  }
  node(name: string): NodeFacts {
    return this.#nodes.get(`${this.cluster}-${name}`)!;
  }

  join(name: string, more: Partial<NodeFacts> = {}): void {
    const full = `${this.cluster}-${name}`;
    this.#pods.add(full);
    this.#nodes.set(full, {
      ...{ name: full, role: isControl({ name }) ? "control" : "worker", version: this.release },
      ...{ ready: true, why: "", cordoned: false, cordonedFor: undefined, ...more },
    });
  }

  #change(name: string, change: Partial<NodeFacts>): void {
    this.#nodes.set(name, { ...this.#nodes.get(name)!, ...change });
  }
  #done(act: string, holds: boolean): void {
    if (!holds) throw new Error(`${act} must not be now, after: ${this.acts.join(", ")}`);
    this.acts.push(act);
  }

  kube(hand: Hand): KubeNodes {
    return {
      nodes: async () => this.nodes,
      localData: async () => [],
      cordon: (name, cordonedFor) =>
        hand.act(`close ${name}`, () => {
          this.#done(`close ${name}`, this.#nodes.has(name));
          this.#change(name, { cordoned: true, cordonedFor });
        }),
      uncordon: (name) =>
        hand.act(`open ${name}`, () => {
          this.#done(`open ${name}`, this.#nodes.get(name)!.ready);
          this.#change(name, { cordoned: false, cordonedFor: undefined });
        }),
      drain: (name) =>
        hand.act(`drain ${name}`, () => {
          if (this.stubborn.has(name)) throw new Ca3Error("CA3_DRAIN", `${name} has a pod that stays`);
          this.#done(`drain ${name}`, this.#nodes.get(name)!.cordoned);
          this.#pods.delete(name);
        }),
      forget: (name) =>
        hand.act(`forget ${name}`, () => {
          this.#done(`forget ${name}`, !this.#pods.has(name));
          this.#nodes.delete(name);
        }),
    };
  }

  machineOf =
    (hand: Hand, to: string) =>
    ({ name: short }: { readonly name: string }): UpgradeMachine => {
      const name = `${this.cluster}-${short}`;
      return {
        keepState: (release) =>
          hand.act("keep", () => {
            this.#done(`keep ${release}`, this.#kept.has(release) || this.nodes.every(({ ready }) => ready));
            this.#kept.add(release);
          }),
        putBinary: () =>
          hand.act(`put ${name}`, () => {
            this.#done(`put ${to} on ${name}`, this.#kept.has(to));
            this.#binaries.set(name, to);
          }),
        restart: (role) =>
          hand.act(`restart ${name}`, () => {
            const others = this.nodes.filter((one) => one.name !== name);
            const inTurn =
              role === "control" || others.every((one) => one.role === "worker" || one.version === to);
            const alone = others.every(({ ready, cordonedFor }) => ready && cordonedFor === undefined);
            this.#done(`restart ${name}`, inTurn && alone && (this.runOn || !this.#pods.has(name)));
            if (this.broken.has(name)) {
              this.#change(name, { ready: false, why: "no news" });
              throw new Ca3Error("CA3_REMOTE", `${name}: this release does not start here`);
            }
            this.#change(name, { version: this.#binaries.get(name) ?? this.release, ready: true });
            this.#pods.add(name);
          }),
      };
    };
}
