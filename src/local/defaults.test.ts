import { expect, test } from "bun:test";
import { type ProducerSettings, producerSettings } from "../producer/config.ts";
import { resolveSettings } from "../support/settings.ts";
import { isBounded, withUpDefaults } from "./defaults.ts";
import { fingerprint } from "./run-identity.ts";

const settle = (flags: Record<string, unknown>, once = false): ProducerSettings =>
  withUpDefaults(resolveSettings(producerSettings, { flags }), once);

test.each([
  [
    "nothing: the sample, forever, with its first pass as history",
    {},
    false,
    { replayFiles: ["sample"], loop: "forever", backfillMs: 3_502_000, speed: 1 },
  ],
  [
    "--once: the sample, one pass at full speed",
    {},
    true,
    { replayFiles: ["sample"], loop: 1, speed: "max" },
  ],
  [
    "--speed 60x: the sample at that speed, once",
    { speed: "60x" },
    false,
    { replayFiles: ["sample"], loop: 1, speed: 60, backfillMs: 0 },
  ],
  [
    "--replay a.csv: what was asked for",
    { replay: "a.csv" },
    false,
    { replayFiles: ["a.csv"], loop: 1, speed: 1 },
  ],
  [
    "an endpoint: what it is for, and nothing else",
    { "vllm-url": "http://a" },
    false,
    { replayFiles: undefined, follow: true },
  ],
  [
    "a log with --once: to its end",
    { "log-file": "a.jsonl" },
    true,
    { replayFiles: undefined, follow: false },
  ],
  [
    "--source synthetic: what was asked for",
    { source: "synthetic" },
    false,
    { sources: ["synthetic"], replayFiles: undefined },
  ],
] as [string, Record<string, unknown>, boolean, Partial<ProducerSettings>][])(
  "%s",
  (_title, flags, once, want) => {
    expect(settle(flags, once)).toMatchObject(want);
  },
);

test.each([
  [{ replay: "a.csv" }, true],
  [{ replay: "a.csv", loop: "forever" }, false],
  [{ source: "synthetic" }, false],
  [{ source: "synthetic", count: "10" }, true],
  [{ source: "dcgm" }, false],
  [{ source: "dcgm", count: "10" }, true],
  [{ source: "replay,dcgm", replay: "a.csv" }, false],
  [{ "dcgm-url": "http://a" }, false],
  [{ "log-file": "a.jsonl" }, false],
  [{ "log-file": "a.jsonl", follow: "false" }, true],
  [{ "log-file": "a.jsonl", follow: "false", "vllm-url": "http://a" }, false],
  [{}, false],
])("%j ends by itself: %p", (flags, bounded) => expect(isBounded(settle(flags))).toBe(bounded));

test.each([
  ["the batch size on the way", { source: "synthetic" }, { source: "synthetic", kafka: "a:1" }, true],
  ["the seed", { source: "synthetic" }, { source: "synthetic", seed: "7" }, false],
  ["the rate of synthetic load", { source: "synthetic" }, { source: "synthetic", rate: "7" }, false],
  ["an endpoint more", { source: "dcgm", "dcgm-url": "http://a" }, { source: "dcgm" }, true],
  ["an end to live readings", { source: "dcgm" }, { source: "dcgm", count: "9" }, false],
  ["the bound on a replay's rate", { replay: "a.csv" }, { replay: "a.csv", rate: "7" }, true],
])("%s leaves the run the same: %#", (_what, one, other, same) => {
  expect(fingerprint(settle(one), "/x") === fingerprint(settle(other), "/x")).toBe(same);
});
