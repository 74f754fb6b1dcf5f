import { fetchApi } from "../wire/fetch.ts";
import type { ClusterMetadata, TopicMetadata } from "../wire/metadata.ts";
import { metadataApi, metadataRequest } from "../wire/metadata.ts";
import type { WireRequest } from "../wire/requests.ts";
import { breaksLink, NetworkError } from "./failures.ts";
import { type Address, type Link, type LinkOptions, nameOf, openLink } from "./link.ts";

/**
 * The connections to one cluster and what is known about it. A broken connection is dropped and opened anew by the next
 * request; who asks decides whether to ask again. Each role (producing, each consumer, administration) has one of its
 * own, because a broker answers the requests of a connection one after the other.
 */
export class KafkaClient {
  readonly #links = new Map<number, Promise<Link>>();
  readonly #topics = new Map<string, TopicMetadata>();
  readonly #problems = new Map<string, number>();
  #cluster: ClusterMetadata | undefined;
  #turn = 0;
  #closed = false;

  constructor(
    private readonly bootstrap: readonly Address[],
    private readonly options: LinkOptions,
  ) {}

  /** What was last heard of a topic; undefined when it was not asked for, or does not exist. */
  known(topic: string): TopicMetadata | undefined {
    return this.#topics.get(topic);
  }
  /** Kafka's number of what is wrong with a topic, such as a missing right to see it; 0 when nothing is known. */
  problem(topic: string): number {
    return this.#problems.get(topic) ?? 0;
  }
  get cluster(): ClusterMetadata | undefined {
    return this.#cluster;
  }

  /** Asks about these topics, or about all with null. Rejects when no broker answers. */
  async refresh(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const cluster = await this.#askAny(metadataRequest(topics));
    this.#learn(cluster, topics);
    return cluster;
  }

  /** Asks again about all topics that were asked about. */
  async refreshKnown(): Promise<void> {
    if (this.#topics.size > 0) await this.refresh([...this.#topics.keys()]);
  }

  /** Sends to the broker with this number. Rejects with a network error when it is not known. */
  async send<T>(node: number, request: WireRequest<T>, beside = false): Promise<T> {
    const link = await this.#link(node);
    try {
      return await (beside ? link.sendBeside(request) : link.send(request));
    } catch (error) {
      if (breaksLink(error)) this.#forget(node, link);
      throw error;
    }
  }

  /** The nodes of the cluster, the controller first. */
  async nodes(): Promise<readonly number[]> {
    const { brokers, controller } = this.#cluster ?? (await this.refresh([]));
    const numbers = brokers.map(({ node }) => node);
    return [controller, ...numbers.filter((node) => node !== controller)].filter((node) =>
      numbers.includes(node),
    );
  }

  /** Connects to a broker. Rejects when that does not work, or when it is too old. */
  async reach(node: number): Promise<void> {
    const link = await this.#link(node);
    if (!link.supports(fetchApi)) throw new UnsupportedBroker(nameOf(link.address));
  }

  /** Drops everything at once; requests that wait for an answer reject. */
  close(): void {
    this.#closed = true;
    for (const link of this.#links.values())
      link.then(
        (open) => open.drop(),
        () => {},
      );
    this.#links.clear();
  }

  #learn(cluster: ClusterMetadata, asked: readonly string[] | null): void {
    const before = this.#addresses();
    this.#cluster = cluster;
    for (const [node, address] of this.#addresses())
      if (before.has(node) && nameOf(before.get(node)!) !== nameOf(address)) this.#forget(node);
    for (const name of asked ?? this.#topics.keys()) this.#topics.delete(name);
    for (const topic of cluster.topics) {
      this.#problems.set(topic.name, topic.errorCode);
      if (topic.errorCode === 0) this.#topics.set(topic.name, topic);
    }
  }

  #addresses(): Map<number, Address> {
    return new Map((this.#cluster?.brokers ?? []).map(({ node, host, port }) => [node, { host, port }]));
  }

  #link(node: number): Promise<Link> {
    if (this.#closed) return Promise.reject(new NetworkError("the connection to Kafka is closed"));
    const existing = this.#links.get(node);
    if (existing) return existing;
    const address = this.#addresses().get(node);
    if (!address) return Promise.reject(new NetworkError(`broker ${node} is not there`));
    const opening = this.#open(address);
    this.#links.set(node, opening);
    opening.catch(() => {
      if (this.#links.get(node) === opening) this.#links.delete(node);
    });
    return opening;
  }

  async #open(address: Address): Promise<Link> {
    const link = await openLink(address, this.options);
    if (!this.#closed) return link;
    link.drop();
    throw new NetworkError("the connection to Kafka is closed");
  }

  #forget(node: number, broken?: Link): void {
    const link = this.#links.get(node);
    if (!link) return;
    link.then(
      (open) => {
        if (broken !== undefined && open !== broken) return;
        if (this.#links.get(node) === link) this.#links.delete(node);
        open.drop();
      },
      () => {},
    );
  }

  /** Asks open connections first, then the other brokers, then the addresses to start from. */
  async #askAny<T>(request: WireRequest<T>): Promise<T> {
    const failures: unknown[] = [];
    const nodes = [...this.#addresses().keys()].sort(
      (a, b) => Number(this.#links.has(b)) - Number(this.#links.has(a)),
    );
    for (const node of nodes) {
      try {
        return await this.send(node, request);
      } catch (error) {
        failures.push(error);
      }
    }
    for (let tries = 0; tries < this.bootstrap.length; tries++) {
      try {
        return await this.#askOnce(this.bootstrap[this.#turn++ % this.bootstrap.length]!, request);
      } catch (error) {
        failures.push(error);
      }
    }
    throw failures.at(-1) ?? new NetworkError("no broker is known");
  }

  async #askOnce<T>(address: Address, request: WireRequest<T>): Promise<T> {
    const link = await this.#open(address);
    try {
      if (!link.supports(metadataApi)) throw new UnsupportedBroker(nameOf(address));
      return await link.send(request);
    } finally {
      link.drop();
    }
  }
}

/** The brokers are too old to tell one topic from another of the same name. */
export class UnsupportedBroker extends Error {
  constructor(broker: string) {
    super(`the Kafka broker ${broker} is older than 3.1, and tells no ids of topics`);
    this.name = "UnsupportedBroker";
  }
}
