/** Everything a command may do to the outside world's screen and keyboard. stdout is the answer, stderr the talk. */
export interface Io {
  /** A result, on stdout, with a line feed added. Safe to pipe. */
  out(text: string): void;
  /** A result that is not ours to change, on stdout, byte for byte and without a line feed. */
  bytes(data: Uint8Array): void;
  /** Progress, hints, warnings, on stderr, with a line feed added. */
  note(text: string): void;
  /**
   * Replaces the moving last line on stderr; an empty string takes it away. Where no line can move (a pipe, a dumb
   * terminal) it becomes a plain line, at most every ten seconds.
   */
  status(text: string): void;
  /** Asks yes or no; only allowed when `interactive`. */
  confirm(question: string): Promise<boolean>;
  /** Asks for a line of text; only allowed when `interactive`. */
  ask(question: string): Promise<string>;
  /** stdin and stderr are terminals, so a person can answer. */
  readonly interactive: boolean;
  /** Width and colour of each stream, decided separately. */
  readonly outColor: boolean;
  readonly noteColor: boolean;
  readonly columns: number;
}
