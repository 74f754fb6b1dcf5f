/** The one candidate within two edits of `word`; none when two are equally near or everything would be edited. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const bare = (text: string) => text.replace(/^-+/, "");
  const ranked = [...new Set(candidates)]
    .map((candidate) => ({ candidate, edits: edits(word, candidate) }))
    .filter(({ candidate, edits }) => edits <= 2 && edits < bare(candidate).length)
    .sort((a, b) => a.edits - b.edits);
  const [first, second] = ranked;
  return first && first.edits !== second?.edits ? first.candidate : undefined;
}

/**
 * Letters to insert, delete, replace or swap with their neighbour: the optimal string alignment distance
 * (Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964).
 */
export function edits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, replace);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
