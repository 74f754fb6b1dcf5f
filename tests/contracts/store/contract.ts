import type { TelemetryStore } from "../../../src/store/port.ts";

/** Promises of a port by their sentence: each gets an empty store and throws when it is broken. */
export type Contract = Readonly<Record<string, (store: TelemetryStore) => Promise<void>>>;
