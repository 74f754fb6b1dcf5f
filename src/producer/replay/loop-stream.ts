import type { TelemetryEvent } from "../../telemetry/events.ts";
import type { EventKind } from "../../telemetry/topics.ts";
import { gpuEventOf } from "../gpu-event.ts";
import type { GpuModel, GpuReading } from "../gpu-model.ts";
import type { MergedRows } from "./merge.ts";
import type { Mint } from "./mint.ts";

export type LoopStreamOptions = {
  readonly rows: MergedRows;
  /** One per file. */
  readonly mints: readonly Mint[];
  /** GPUs that follow the tokens, when the traces have no GPU data. */
  readonly modelled?: {
    readonly model: GpuModel;
    readonly mint: Mint;
    readonly stepMs: number;
    /** Distance of the model's clock, which runs on over all loops, from that of the traces. */
    readonly loopMs: number;
  };
  /** Start and end of the traces; whole intervals of modelled GPUs. */
  readonly firstMs: number;
  readonly lastMs: number;
};

/**
 * The events of one loop in order of time. `next` moves to the next event and tells its time in the traces; only
 * `build` makes it, so that what was sent before a restart is passed over cheaply.
 */
export class LoopStream {
  kind: EventKind = "token";
  /** Readings of one interval, the cards in order. */
  #readings: readonly GpuReading[] = [];
  #nextReading = 0;
  #row: ReturnType<MergedRows["next"]>;
  #rowMint: Mint;
  #current: "row" | GpuReading = "row";
  #pending: ReturnType<MergedRows["next"]>;
  #pendingFile = 0;
  /** When the next interval of the modelled GPUs ends. */
  #readAtMs: number;

  constructor(private readonly options: LoopStreamOptions) {
    this.#rowMint = options.mints[0]!;
    this.#readAtMs = options.firstMs + (options.modelled?.stepMs ?? 0);
    this.#pull();
  }

  /** Time in the traces of the next event, or undefined at the end of the loop. */
  next(): number | undefined {
    const { modelled, lastMs } = this.options;
    if (modelled !== undefined) {
      const untilMs = this.#pending?.tsMs ?? lastMs;
      if (this.#nextReading === this.#readings.length && untilMs >= this.#readAtMs) this.#read();
      const reading = this.#readings[this.#nextReading];
      if (reading !== undefined) {
        this.#nextReading += 1;
        this.#current = reading;
        this.kind = "gpu";
        modelled.mint.advance();
        return reading.tsMs - modelled.loopMs;
      }
    }
    const row = this.#pending;
    if (row === undefined) return undefined;
    this.#row = row;
    this.#rowMint = this.options.mints[this.#pendingFile]!;
    this.#rowMint.advance();
    this.#current = "row";
    this.kind = row.kind;
    if (modelled !== undefined && row.kind === "token")
      modelled.model.observe(row.tsMs + modelled.loopMs, row.inputTokens, row.outputTokens);
    this.#pull();
    return row.tsMs;
  }

  /** The event that `next` moved to. */
  build(): TelemetryEvent {
    if (this.#current === "row") return this.#row!.build(this.#rowMint);
    const { mint, loopMs } = this.options.modelled!;
    const reading = this.#current;
    const identity = {
      eventId: mint.eventId,
      source: "synthetic",
      sourceId: mint.sourceId,
      bootId: mint.bootId,
      seq: mint.seq,
    };
    return gpuEventOf({ ...reading, tsMs: reading.tsMs - loopMs + mint.shiftMs }, identity);
  }

  close(): void {
    this.options.rows.close();
  }

  #pull(): void {
    this.#pending = this.options.rows.next();
    this.#pendingFile = this.options.rows.file;
  }

  /** Takes the readings of the next interval; only one at a time, however long nothing happened. */
  #read(): void {
    const { model, stepMs, loopMs } = this.options.modelled!;
    this.#readings = model.readingsUntil(this.#readAtMs + loopMs);
    this.#nextReading = 0;
    this.#readAtMs += stepMs;
  }
}
