/** What the exit code of every command means. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: "done",
  1: "failed, for a reason the message names",
  2: "wrong command line or wrong setting",
  3: "checks ran and at least one failed, or a plan has changes",
  4: "credentials missing or refused",
  5: "cannot go on: a restart of the service, or the same call to the cloud, would change nothing",
  6: "a remote machine could not be reached, or failed",
  7: "another ca3 process holds the lock",
  8: "protected, over budget, or not confirmed",
  70: "a bug in ca3",
  130: "interrupted",
};

/** The codes any command may end with. */
export const commonExitCodes = [0, 1, 2, 70, 130] as const;
