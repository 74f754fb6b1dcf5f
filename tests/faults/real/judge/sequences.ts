import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** By source: how many events it has given out; their sequence numbers go from 0 on. */
export type Promised = ReadonlyMap<string, number>;

/** What a synthetic producer has noted of its progress when it had ended in order. */
export function promisedBy(folder: string, host: string): Promised {
  const checkpoints = join(folder, "checkpoints");
  const kept = readdirSync(checkpoints, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  const promised = new Map<string, number>();
  for (const name of kept) {
    const { checkpoint } = JSON.parse(readFileSync(join(checkpoints, name), "utf8")) as {
      checkpoint: string;
    };
    const { sequences } = JSON.parse(checkpoint) as { sequences: readonly number[] };
    sequences.forEach((count, at) => {
      const source = at < sequences.length - 1 ? `server-${at}` : "gpus";
      promised.set(`synthetic/${host}/${source}`, count);
    });
  }
  return promised;
}

/**
 * Where the numbers of a source have gaps, up to the last one that it promised or that is there: a producer that stops
 * may have sent a little more than it has noted.
 */
export function sequenceProblems(
  promised: Promised,
  held: Iterable<{ readonly source_id: string; readonly seq: number }>,
): string[] {
  const seen = new Map<string, Set<number>>();
  for (const { source_id, seq } of held) {
    const own = seen.get(source_id) ?? new Set();
    seen.set(source_id, own);
    own.add(seq);
  }
  const problems: string[] = [];
  for (const source of new Set([...promised.keys(), ...seen.keys()])) {
    const there = seen.get(source) ?? new Set<number>();
    const count = Math.max(promised.get(source) ?? 0, ...[...there].map((seq) => seq + 1));
    const gaps = Array.from({ length: count }, (_, seq) => seq).filter((seq) => !there.has(seq));
    if (gaps.length > 0)
      problems.push(`${source}: ${gaps.length} of ${count} events are missing, from number ${gaps[0]} on`);
    if (!promised.has(source)) problems.push(`${source}: nobody has sent its ${there.size} events`);
  }
  return problems;
}
