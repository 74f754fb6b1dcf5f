/** What a processor that is not ready means for its reader. */
export type Outlook = { readonly title: string; readonly outlook: string };

/** Checks that fail while the processor waits for something that comes back. */
const passing = new Set(["log", "store"]);

/**
 * The failing checks of `/ready` in a sentence: whether it goes on by itself, and whether anything is lost until then.
 * Without a failing check the figures alone cannot be read.
 */
export function outlookOf(failing: readonly string[]): Outlook {
  if (failing.length === 0)
    return { title: "The figures cannot be read now.", outlook: "They come back when the store answers." };
  if (failing.includes("draining"))
    return { title: "The processor is stopping.", outlook: "The figures stay as they are." };
  if (failing.includes("poison"))
    return { title: "The processor has stopped.", outlook: "Nothing is lost, but somebody has to act:" };
  if (failing.every((name) => name === "sources"))
    return { title: "Nothing new comes in.", outlook: "What was read before is all there." };
  const title = "The processor is not ready.";
  return failing.some((name) => passing.has(name))
    ? { title, outlook: "Nothing is lost: it resumes by itself when the cause is gone." }
    : { title, outlook: "The figures stay as they are until it is." };
}

/** What a check is called on the page; `log` alone could be taken for lines of text. */
export const checkName = (name: string): string => (name === "log" ? "event log" : name);
