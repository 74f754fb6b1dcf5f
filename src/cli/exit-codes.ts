/** What the exit code of every command means. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: "done",
  1: "failed, for a reason the message names",
  2: "wrong command line or wrong setting",
  3: "checks ran and at least one failed",
  4: "credentials missing or refused",
  5: "a service ended because it cannot go on, and to start it again changes nothing",
  70: "a bug in ca3",
  130: "interrupted",
};

/** The codes any command may end with. */
export const commonExitCodes = [0, 1, 2, 70, 130] as const;
