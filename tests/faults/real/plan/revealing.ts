import type { Moment } from "../wire/tap.ts";
import type { Action, Fault, LooseKind, Provocation } from "./fault.ts";

const at = (
  step: string,
  moment: Moment,
  action: Action = "kill",
  provoke: Provocation = "nothing",
): Fault => ({
  ...{ kind: "boundary", who: "processor", step, moment, action, provoke },
  ...{ gapMs: 200, lastsMs: 2_500, pick: 1 },
});
const loose = (kind: LooseKind, pick: number): Fault => ({ kind, pick, lastsMs: 0, gapMs: 0 });

/** For some mistakes of a processor: faults that show them, each of which a right one gets over. */
export const revealing: readonly (readonly [mistake: string, faults: readonly Fault[]])[] = [
  [
    "offsets are committed before the write",
    [
      at("insert gpu_metrics", "request"),
      at("insert token_usage", "request"),
      at("insert gpu_metrics", "request"),
    ],
  ],
  [
    "rollups are plain additions",
    [
      at("update latest", "request"),
      at("insert latest", "request", "kill", "new events"),
      at("insert rollups", "answer", "reset", "new events"),
    ],
  ],
  ["events that were sent again count", [loose("events sent by two", 40)]],
  [
    "own replays do not count",
    [
      at("insert gpu_metrics", "answer"),
      at("insert token_usage", "answer"),
      at("insert gpu_metrics", "answer"),
    ],
  ],
  [
    "a failed rollup is skipped",
    [
      at("insert rollups", "request", "reset", "new events"),
      at("insert rollups", "request", "reset", "new events"),
    ],
  ],
  [
    "an outage of the store is taken for poison",
    [at("insert gpu_metrics", "request", "reset"), at("insert token_usage", "request", "reset")],
  ],
  [
    "dead letters carry no identity",
    [
      at("insert dead_letters", "request", "kill", "poison"),
      at("produce", "answer", "kill", "poison"),
      at("insert dead_letters", "request", "kill", "poison"),
    ],
  ],
  [
    "a batch is done before its dead letters are acknowledged",
    [at("produce", "request", "stuck", "poison"), at("produce", "request", "stuck", "poison")],
  ],
];
