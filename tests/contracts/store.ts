import { describe, test } from "bun:test";
import type { TelemetryStore } from "../../src/store/port.ts";
import type { Contract } from "./store/contract.ts";
import { deadLetterPromises } from "./store/dead-letters.ts";
import { eventPromises } from "./store/events.ts";
import { insertWithPromises } from "./store/insert-with.ts";
import { expiryPromises, lifecyclePromises } from "./store/lifecycle.ts";
import { queryPromises } from "./store/queries.ts";
import { rollupPromises } from "./store/rollups.ts";

export type ContractOptions = {
  /** Promises this adapter cannot keep, by their sentence, each with the reason. */
  readonly skips?: Readonly<Record<string, string>>;
  /** The store has `insertWith`. */
  readonly insertsWith?: boolean;
};

const always: Contract = {
  ...eventPromises,
  ...rollupPromises,
  ...queryPromises,
  ...deadLetterPromises,
  ...expiryPromises,
  ...lifecyclePromises,
};

/** Every TelemetryStore must pass this; `open` gives a new, empty store each time. */
export function telemetryStoreContract(
  name: string,
  open: () => Promise<TelemetryStore> | TelemetryStore,
  { skips = {}, insertsWith = false }: ContractOptions = {},
): void {
  const promises = insertsWith ? { ...always, ...insertWithPromises } : always;
  const unknown = Object.keys(skips).filter((title) => !(title in promises));
  if (unknown.length > 0) throw new Error(`no such promise: ${unknown.join("; ")}`);
  describe(`${name} keeps the TelemetryStore contract`, () => {
    for (const [title, check] of Object.entries(promises)) {
      const reason = skips[title];
      if (reason !== undefined) test.skip(`${title} (skipped: ${reason})`, () => {});
      else
        test(title, async () => {
          const store = await open();
          try {
            await check(store);
          } finally {
            await store.close();
          }
        });
    }
  });
}
