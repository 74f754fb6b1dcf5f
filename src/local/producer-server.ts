import type { OperationsSettings } from "../http/config.ts";
import { createOperationsApp } from "../http/operations-app.ts";
import { startServer } from "../http/server.ts";
import type { Clock } from "../support/clock.ts";
import type { Logger } from "../support/log.ts";
import { createMeters } from "../support/meters.ts";
import { repeat } from "../support/repeat.ts";
import { watchRuntime } from "../support/runtime-meters.ts";
import { version } from "../support/version.ts";
import { type ProducingMeters, producerCatalogue } from "../telemetry/metric-catalogue.ts";
import { ProducerHealth } from "./producer-health.ts";

/** How often the log is asked whether it is there, so that a producer with nothing to send knows as well. */
const PING_EVERY_MS = 5_000;

export type ProducerServer = {
  readonly url: URL;
  readonly meters: ProducingMeters;
  readonly health: ProducerHealth;
  /** From now on the log is asked again and again whether it is there. */
  pinging(ping: () => Promise<void>): void;
  stop(): Promise<void>;
};

/**
 * `/health`, `/ready` and `/metrics` of a producer alone, as a container runs it. It answers from the beginning, before
 * the log was reached and the sources were opened, so that `/ready` can say what is waited for.
 */
export async function startProducerServer(parts: {
  readonly settings: OperationsSettings;
  readonly fixedPort: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<ProducerServer> {
  const { settings, fixedPort, clock, logger } = parts;
  const meters = await createMeters(producerCatalogue);
  const endWatch = watchRuntime(meters, version);
  const health = new ProducerHealth(clock);
  const forget = meters.onScrape(() => health.show(meters));
  const { registry } = meters;
  const app = createOperationsApp({ readiness: () => health.status(), registry, settings, clock, logger });
  const server = startServer(app, { hostname: settings.host, port: settings.port, fixedPort });
  const stopping = new AbortController();
  return {
    ...{ url: server.url, meters, health },
    pinging: (ping) => repeat(clock, PING_EVERY_MS, stopping.signal, () => health.asking(ping)),
    stop: async () => {
      stopping.abort();
      await server.stop(settings.shutdownGraceMs);
      forget();
      endWatch();
    },
  };
}
