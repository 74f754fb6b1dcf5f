import type { EventLog, OutRecord } from "../../../../src/eventlog/port.ts";
import { isOutage } from "../../../../src/support/errors.ts";
import { bytesOf, gpuEvent, tokenEvent } from "../../../helpers/telemetry.ts";
import type { Dice } from "../../sim/dice.ts";
import type { Names } from "./programs.ts";

export const SUITE_SOURCE = "suite";

const SENDINGS_APART_MS = 600;

/** What the suite itself sends past all faults: records that are no events, and events that two senders send. */
export class SuiteEvents {
  /** Events sent so far, each at least twice. */
  sequence = 0;
  poison = 0;

  constructor(
    private readonly log: EventLog,
    private readonly names: Names,
    private readonly dice: Dice,
  ) {}

  /** Records that can never be stored; each is another one, so that the dead letters can be told apart. */
  async sendPoison(count: number): Promise<void> {
    await this.#append(
      Array.from({ length: count }, () => {
        const n = this.poison++;
        const value = this.dice.pick([
          `{"cut": ${n}`,
          `[${n}]`,
          `${n}`,
          `{"schema_version": 9, "n": ${n}}`,
          JSON.stringify({ ...gpuEvent(`poison-${n}`), utilization: "much" }),
        ]);
        return this.#record(bytesOf(value));
      }),
    );
  }

  /** New events on a machine nobody has heard of, sent by two senders to places of their own. */
  async sendTwice(count: number): Promise<void> {
    const nowMs = Date.now();
    const first = Array.from({ length: count }, (_, at) => {
      const seq = this.sequence++;
      const facts = { source_id: SUITE_SOURCE, boot_id: this.names.database, seq, host: `suite-${seq - at}` };
      const id = `${this.names.database}-${String(seq).padStart(6, "0")}`;
      const event = this.dice.chance(0.5)
        ? gpuEvent(id, nowMs, { ...facts, gpu_uuid: `GPU-${seq - at}` })
        : tokenEvent(id, nowMs, facts);
      return this.#record(bytesOf(event), "gpu_uuid" in event ? this.names.topicGpu : this.names.topicToken);
    });
    const again = first.map((record) => ({ ...record, key: `again-${this.dice.below(100)}` }));
    const later = Bun.sleep((0.3 + this.dice.next()) * SENDINGS_APART_MS).then(() => this.#append(again));
    await Promise.all([this.#append(first), later]);
  }

  #record(
    value: Uint8Array,
    topic = this.dice.pick([this.names.topicGpu, this.names.topicToken]),
  ): OutRecord {
    return { topic, key: `k${this.dice.below(100)}`, value };
  }

  /** A broker that is away is waited for: what was begun has to be there in the end. */
  async #append(records: readonly OutRecord[]): Promise<void> {
    for (;;) {
      try {
        return await this.log.append(records);
      } catch (error) {
        if (!isOutage(error)) throw error;
        await Bun.sleep(100);
      }
    }
  }
}
