/** A word in single quotes, which a POSIX shell takes exactly as it is. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** The same for a command that a person reads: quotes only where the word needs them. */
export const quotedIfNeeded = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word));
