import { expect } from "bun:test";
import type { RollupQuery, RollupRow } from "../../../src/store/port.ts";
import { DIMENSIONS } from "../../../src/telemetry/rollup.ts";
import type { Contract } from "./contract.ts";
import { delta, keyOf, ORIGIN, START_MS } from "./samples.ts";

const minutes = { resolutionS: 60, fromMs: START_MS, toMs: START_MS + 3_600_000 } as const;

/** Rows without order and without the sums nobody set. */
const brief = (rows: readonly RollupRow[]) =>
  rows
    .map(({ kind, bucketMs, dimensions, sums }) => ({
      ...(kind && { kind }),
      ...(bucketMs !== undefined && { at: bucketMs - START_MS }),
      ...dimensions,
      events: sums.events,
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Three minutes, two hosts, two kinds, two origins; 1, 10, 100 … events so that every sum tells what is in it. */
const spread = () => {
  const add = (count: number, more: Parameters<typeof keyOf>[0]) =>
    delta(keyOf(more), [{ offset: 1, sums: { events: count } }]);
  return [
    add(1, { dimensions: { host: "a", gpu: "g1" } }),
    add(10, { dimensions: { host: "a", gpu: "g1" }, origin: `${ORIGIN}7` }),
    add(100, { dimensions: { host: "b", gpu: "g2" }, bucketMs: START_MS + 60_000 }),
    add(1000, { kind: "token", dimensions: { host: "b", model: "m" }, bucketMs: START_MS + 60_000 }),
    add(10_000, { kind: "token", dimensions: { host: "a", model: "m" }, bucketMs: START_MS + 120_000 }),
  ];
};

const cases: readonly (readonly [string, Partial<RollupQuery>, ReturnType<typeof brief>])[] = [
  ["all together", {}, [{ events: 11_111 }]],
  ["one kind", { kind: "gpu" }, [{ events: 111 }]],
  [
    "by kind",
    { groupBy: ["kind"] },
    [
      { kind: "gpu", events: 111 },
      { kind: "token", events: 11_000 },
    ],
  ],
  [
    "by bucket",
    { groupBy: ["bucket"] },
    [
      { at: 0, events: 11 },
      { at: 120_000, events: 10_000 },
      { at: 60_000, events: 1100 },
    ],
  ],
  [
    "by host and kind",
    { groupBy: ["kind", "host"] },
    [
      { kind: "gpu", host: "a", events: 11 },
      { kind: "gpu", host: "b", events: 100 },
      { kind: "token", host: "a", events: 10_000 },
      { kind: "token", host: "b", events: 1000 },
    ],
  ],
  [
    "by bucket and model of one kind",
    { kind: "token", groupBy: ["model", "bucket"] },
    [
      { at: 120_000, model: "m", events: 10_000 },
      { at: 60_000, model: "m", events: 1000 },
    ],
  ],
  ["only one host", { where: { host: "b" } }, [{ events: 1100 }]],
  [
    "only what has no model",
    { where: { model: "" }, groupBy: ["gpu"] },
    [
      { gpu: "g1", events: 11 },
      { gpu: "g2", events: 100 },
    ],
  ],
  ["two conditions", { where: { host: "a", gpu: "g1" } }, [{ events: 11 }]],
  ["a condition that nothing meets", { where: { host: "c" }, groupBy: ["host"] }, []],
  ["from a bucket on", { fromMs: START_MS + 60_000 }, [{ events: 11_100 }]],
  ["up to a bucket, which is left out", { toMs: START_MS + 60_000 }, [{ events: 11 }]],
  ["a span without buckets", { fromMs: START_MS + 180_000 }, []],
  ["another width", { resolutionS: 10 }, []],
  ["an endless span", { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }, [{ events: 11_111 }]],
];

const named = Object.fromEntries(
  cases.map(([title, query, rows]): [string, Contract[string]] => [
    `a query of rollups: ${title}`,
    async (store) => {
      await store.applyRollups(spread());
      for (let again = 0; again < 2; again += 1)
        expect(brief(await store.queryRollups({ ...minutes, groupBy: [], ...query }))).toEqual(rows);
    },
  ]),
);

export const queryPromises: Contract = {
  ...named,
  "nothing stored gives no rows": async (store) => {
    expect(await store.queryRollups({ ...minutes, groupBy: [] })).toEqual([]);
  },
  "every dimension can be grouped by and filtered on, whatever its value holds": async (store) => {
    const odd = ["", "it's", 'a "b"', "ünï ☃ 漢", "x\ny", "%_*", "a\u0000b", "1"];
    for (const [index, name] of DIMENSIONS.entries()) {
      const deltas = odd.map((value, at) =>
        delta(keyOf({ bucketMs: START_MS + index * 60_000, dimensions: { [name]: value } }), [
          { offset: 1, sums: { requests: at + 1 } },
        ]),
      );
      await store.applyRollups(deltas);
      const fromMs = START_MS + index * 60_000;
      const span = { resolutionS: 60, fromMs, toMs: fromMs + 1 } as const;
      const rows = await store.queryRollups({ ...span, groupBy: [name] });
      expect(new Map(rows.map((row) => [row.dimensions[name], row.sums.requests]))).toEqual(
        new Map(odd.map((value, at) => [value, at + 1])),
      );
      for (const [at, value] of odd.entries()) {
        const [only] = await store.queryRollups({ ...span, groupBy: [], where: { [name]: value } });
        expect(only!.sums.requests).toBe(at + 1);
      }
    }
  },
  "an answer is the asker's own: changing it changes no later one": async (store) => {
    await store.applyRollups(spread());
    for (const groupBy of [["bucket"], []] as const)
      for (let again = 0; again < 2; again += 1) {
        const rows = await store.queryRollups({ ...minutes, groupBy });
        expect(rows.reduce((sum, row) => sum + row.sums.events, 0)).toBe(11_111);
        for (const row of rows) row.sums.events = -1;
      }
  },
  "a query sees what was written since the one before": async (store) => {
    const events = async () => (await store.queryRollups({ ...minutes, groupBy: [] }))[0]?.sums.events;
    for (let offset = 1; offset <= 3; offset += 1) {
      await store.applyRollups([delta(keyOf(), [{ offset, sums: {} }])]);
      expect(await events()).toBe(offset);
    }
  },
};
