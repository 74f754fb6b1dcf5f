import type { Clock } from "../../../support/clock.ts";
import { Ca3Error } from "../../../support/errors.ts";
import type { KafkaClient } from "./client.ts";
import { explain } from "./explain.ts";
import { classOf } from "./failures.ts";
import { type Address, nameOf } from "./link.ts";

const AGAIN_AFTER_MS = 500;

/**
 * Reaches a broker to start from, and one of those that it names. Unreachable brokers are tried for a while, because they
 * may be starting; a refusal is final.
 */
export async function connectFirst(
  client: KafkaClient,
  bootstrap: readonly Address[],
  clock: Clock,
  timeoutMs: number,
): Promise<void> {
  const deadlineMs = clock.now() + timeoutMs;
  const started = bootstrap.map(nameOf).join(", ");
  for (;;) {
    let at = started;
    try {
      const { brokers } = await client.refresh([]);
      at = brokers.map(nameOf).join(", ");
      await Promise.any(brokers.map(({ node }) => client.reach(node))).catch((error: AggregateError) => {
        throw error.errors[0];
      });
      return;
    } catch (error) {
      const kind = classOf(error);
      const doing = `cannot use Kafka at ${at}`;
      if (kind !== "network" && kind !== "moved") throw explain(error, { doing, proven: false });
      if (clock.now() + AGAIN_AFTER_MS > deadlineMs) throw unreachable(error as Error, started, at);
      await clock.sleep(AGAIN_AFTER_MS);
    }
  }
}

function unreachable(cause: Error, started: string, at: string): Ca3Error {
  const outage = explain(cause, { doing: `cannot reach Kafka at ${at}`, proven: true }) as Error;
  const advertised = at !== started;
  return new Ca3Error("CA3_LOG_UNREACHABLE", outage.message, {
    cause,
    hint: advertised
      ? `${started} answers, but names brokers that cannot be reached from here: check its advertised.listeners`
      : "check kafka.bootstrap and that the broker runs; a broker that expects TLS or a password needs kafka.tls, kafka.username",
  });
}
