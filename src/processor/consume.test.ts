import { expect, test } from "bun:test";
import { systemClock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import { silentLogger } from "../support/log.ts";
import { keepConsuming } from "./consume.ts";
import { OutageWatch } from "./outage.ts";

const options = {
  ...{ group: "g", topics: ["t"], maxBatchBytes: 1, maxBatchRecords: 1 },
  onBatch: async () => {},
};

test("a stop while the consumer still joins is no outage of the log", async () => {
  const stop = new AbortController();
  const outages = new OutageWatch();
  const warnings: string[] = [];
  await keepConsuming(
    {
      log: {
        consume: async () => {
          stop.abort();
          throw new Ca3Error("CA3_LOG_UNAVAILABLE", "the consumer was stopped before it had joined");
        },
      },
      ...{ clock: systemClock, outages, random: () => 0.5, stopping: stop.signal, joined: () => {} },
      logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
    },
    options,
  );
  expect({ warnings, outage: outages.state("log") }).toEqual({ warnings: [], outage: undefined });
});
