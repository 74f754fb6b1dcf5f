import type { EventLog } from "../../../../src/eventlog/port.ts";
import type { TelemetryStore } from "../../../../src/store/port.ts";
import { mistakes } from "../../sim/mistakes.ts";

export type Ports = { readonly log: EventLog; readonly store: TelemetryStore };

/** The ports of a processor that makes one of the simulation's mistakes; as they are when none is named. */
export async function mistaken(title: string | undefined, ports: Ports): Promise<Ports> {
  if (title === undefined) return ports;
  const mistake = mistakes.find(([one]) => one === title)?.[1];
  if (mistake === undefined) throw new Error(`no mistake is called ${title}`);
  const wrong = mistake.ports?.(ports) ?? ports;
  const log = { ...ports.log, append: wrong.log.append };
  return {
    log: mistake.commitFirst ? committingFirst(log) : log,
    store: { ...ports.store, ...wrong.store },
  };
}

/** Every batch counts as done before it is handled. */
const committingFirst = (log: EventLog): EventLog => ({
  ...log,
  consume: (options) =>
    log.consume({
      ...options,
      onBatch: async (batch, signal) => {
        await Promise.resolve();
        void options.onBatch(batch, signal).catch(() => {});
      },
    }),
});
