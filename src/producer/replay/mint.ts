import { eventId, streamPrefix } from "../../telemetry/event-id.ts";
import { isoWriter } from "./iso.ts";

export type MintOptions = {
  readonly sourceId: string;
  readonly bootId: string;
  /** Added to the times of the trace. */
  readonly shiftMs: number;
  /** Recorded events keep the identity they were recorded with. */
  readonly keepsIds: boolean;
};

/** Gives the events of one stream their identities, sequence numbers and final times. */
export class Mint {
  readonly sourceId: string;
  readonly bootId: string;
  readonly shiftMs: number;
  readonly keepsIds: boolean;
  /** Position of the event being built. */
  seq = -1;
  readonly #prefix: string;
  readonly #iso = isoWriter();

  constructor(options: MintOptions) {
    this.sourceId = options.sourceId;
    this.bootId = options.bootId;
    this.shiftMs = options.shiftMs;
    this.keepsIds = options.keepsIds;
    this.#prefix = streamPrefix(options.sourceId, options.bootId, "replay");
  }

  /** Moves on to the next event; an event that was sent before a restart is passed over this way. */
  advance(): void {
    this.seq += 1;
  }

  get eventId(): string {
    return eventId(this.#prefix, this.seq);
  }

  /** RFC 3339 of a time of the trace, moved to the clock of the run. */
  iso(tsMs: number): string {
    return this.#iso(tsMs + this.shiftMs);
  }
}
