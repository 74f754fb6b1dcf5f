import { expect, test } from "bun:test";
import { verdictOn } from "./unlock.ts";

const NOW = Date.UTC(2026, 0, 1);
const holder = (by: string, expiresInMs = 60_000) => ({
  ...{ by, command: "ca3 provision", sinceMs: NOW - 60_000, expiresMs: NOW + expiresInMs },
});
const here = { host: "desk", isAlive: (pid: number) => pid === 7 };

test.each([
  ["a run of this machine that is at work", holder("ann@desk:7"), "alive"],
  ["a run of this machine that was killed", holder("ann@desk:8"), "gone"],
  ["a run of another machine", holder("ann@ci-3:7"), "unknown"],
  ["a run of another machine that does not renew its lock", holder("ann@ci-3:7", -1), "gone"],
  ["a lock with a strange owner", holder("somebody"), "unknown"],
] as const)("%s", (_what, one, is) => expect(verdictOn(one, here, NOW).is).toBe(is));
