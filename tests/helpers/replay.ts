import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReplayOptions } from "../../src/producer/replay/index.ts";
import { openReplay } from "../../src/producer/replay/index.ts";
import type { SourcedEvent } from "../../src/producer/source.ts";
import type { GpuEvent, TokenEvent } from "../../src/telemetry/events.ts";

/** Noon on 23 November 2026: the start of every run in the tests. */
export const RUN_START_MS = Date.UTC(2026, 10, 23, 12);

export const replayOptions = (
  files: readonly string[],
  more: Partial<ReplayOptions> = {},
): ReplayOptions => ({
  files,
  speed: "max",
  loop: 1,
  time: "kept",
  startMs: RUN_START_MS,
  ...more,
});

/** A folder for trace files; `remove` takes it away again. */
export function traceFolder() {
  const folder = mkdtempSync(join(tmpdir(), "ca3-replay-"));
  let count = 0;
  return {
    write(content: string | Uint8Array, name = `trace-${count++}`): string {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    path: (name: string) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type Collected = { readonly events: SourcedEvent[]; readonly checkpoints: string[] };

/** All events of a run, and the checkpoint after each batch. */
export async function collect(options: ReplayOptions, resume?: string): Promise<Collected> {
  const source = await openReplay(options);
  const events: SourcedEvent[] = [];
  const checkpoints: string[] = [];
  for await (const batch of source.read(new AbortController().signal, resume)) {
    events.push(...batch.events);
    checkpoints.push(batch.checkpoint);
  }
  return { events, checkpoints };
}

export const tokensOf = (events: readonly SourcedEvent[]): TokenEvent[] =>
  events.filter(({ kind }) => kind === "token").map(({ event }) => event as TokenEvent);

export const gpusOf = (events: readonly SourcedEvent[]): GpuEvent[] =>
  events.filter(({ kind }) => kind === "gpu").map(({ event }) => event as GpuEvent);
