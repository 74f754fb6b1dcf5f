/** The kernel ends a program that begins with this when the process that started it is gone, however it ended. */
export const WITH_US = ["setpriv", "--pdeathsig", "KILL"] as const;
