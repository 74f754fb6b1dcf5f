/** Whether a text is what a pattern says, in which `*` stands for any run of characters. Capitals do not matter. */
export function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split("*");
  const low = text.toLowerCase();
  if (parts.length === 1) return low === parts[0];
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!low.startsWith(first) || !low.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = low.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return low.length - last.length >= at;
}
