/** What the exit code of every command means. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: "done",
  1: "failed; the message says why",
  2: "wrong command line or wrong setting",
  3: "a check failed, or a plan contains changes",
  4: "credentials missing or refused",
  5: "cannot go on: repeating it would change nothing",
  6: "a remote machine could not be reached, or failed",
  7: "another ca3 process holds the lock",
  8: "protected, over budget, or not confirmed",
  70: "a bug in ca3",
  130: "interrupted",
};

/** The codes any command may end with. */
export const commonExitCodes = [0, 1, 2, 70, 130] as const;
