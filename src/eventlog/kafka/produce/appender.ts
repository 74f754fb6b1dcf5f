import type { OutRecord } from "../../port.ts";
import { type OnceOptions, OnceWriter } from "../once/once-writer.ts";
import type { KafkaClient } from "../transport/client.ts";
import { createRouter } from "./router.ts";
import { type Load, Sender, type SenderOptions } from "./sender.ts";

export type AppenderOptions = SenderOptions & OnceOptions & { readonly random: () => number };

/** Brings records into their partitions: those with an id once, all others in the order of the calls. */
export class Appender {
  readonly #sender: Sender;
  readonly #once = new Map<string, OnceWriter>();
  readonly #route: ReturnType<typeof createRouter>;

  constructor(
    private readonly client: KafkaClient,
    private readonly options: AppenderOptions,
  ) {
    this.#sender = new Sender(client, options);
    this.#route = createRouter(options.random);
  }

  /** For topics that the client knows. */
  async append(records: readonly OutRecord[]): Promise<void> {
    const plain = records.filter(({ onceId }) => onceId === undefined);
    const once = Map.groupBy(
      records.filter(({ onceId }) => onceId !== undefined),
      ({ topic }) => topic,
    );
    const calls = [...once].map(([topic, own]) =>
      this.#writer(topic).append(
        own.map((record) => ({ ...record, id: record.onceId!, sinceMs: record.onceSinceMs ?? 0 })),
      ),
    );
    if (plain.length > 0) calls.push(this.#sender.append(this.#loads(plain)));
    await Promise.all(calls);
  }

  close(): void {
    this.#sender.close();
  }

  #loads(records: readonly OutRecord[]): readonly Load[] {
    const loads = new Map<string, { topic: string; partition: number; records: OutRecord[] }>();
    for (const record of records) {
      const { topic, key } = record;
      const partitions = this.client.known(topic)?.partitions.length ?? 1;
      const partition = this.#route(topic, partitions, key);
      const name = `${topic}/${partition}`;
      const load = loads.get(name);
      if (load) load.records.push(record);
      else loads.set(name, { topic, partition, records: [record] });
    }
    return [...loads.values()];
  }

  #writer(topic: string): OnceWriter {
    const found = this.#once.get(topic) ?? new OnceWriter(this.client, topic, this.options);
    this.#once.set(topic, found);
    return found;
  }
}
