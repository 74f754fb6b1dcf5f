import type { KafkaClient } from "../transport/client.ts";
import { NetworkError } from "../transport/failures.ts";
import { throwIfError } from "../transport/kafka-error.ts";
import { type ProducerId, producerIdRequest } from "../wire/producer-id.ts";

/** The number under which the brokers recognise a batch that they have already: asked for once, anew when it is spent. */
export class ProducerIds {
  #current: Promise<ProducerId> | undefined;

  constructor(private readonly client: KafkaClient) {}

  current(): Promise<ProducerId> {
    if (this.#current) return this.#current;
    const asked = this.#ask();
    this.#current = asked;
    asked.catch(() => {
      if (this.#current === asked) this.#current = undefined;
    });
    return asked;
  }

  /** Another one than `spent`, from now on for everybody who asks. */
  renew(spent: ProducerId): void {
    this.#current?.then(
      (id) => {
        if (id.id === spent.id && id.epoch === spent.epoch) this.#current = undefined;
      },
      () => {},
    );
  }

  async #ask(): Promise<ProducerId> {
    let failure: unknown = new NetworkError("no broker is known");
    for (const node of await this.client.nodes()) {
      try {
        const answer = await this.client.send(node, producerIdRequest());
        throwIfError(answer.errorCode);
        return answer;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}
