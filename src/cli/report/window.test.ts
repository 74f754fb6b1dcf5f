import { expect, test } from "bun:test";
import { Ca3Error } from "../../support/errors.ts";
import { windowOf } from "./window.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 12);

test.each([
  ["nothing is everything", {}, {}],
  ["a span that ends now", { last: "24h" }, { fromMs: NOW_MS - 86_400_000, toMs: NOW_MS }],
  ["a day", { from: "2026-11-22" }, { fromMs: Date.UTC(2026, 10, 22) }],
  ["a minute", { to: "2026-11-22T08:30" }, { toMs: Date.UTC(2026, 10, 22, 8, 30) }],
  [
    "times with and without a zone",
    { from: "2026-11-22 08:00:00", to: "2026-11-22T10:00:00+01:00" },
    { fromMs: Date.UTC(2026, 10, 22, 8), toMs: Date.UTC(2026, 10, 22, 9) },
  ],
])("windowOf: %s", (_name, args, window) => expect(windowOf(args, NOW_MS)).toEqual(window));

test.each([
  [{ last: "soon" }, "--last: expected a time with its unit, such as 500ms, 30s, 15m, 2h or 30d, got soon"],
  [{ last: "1h", from: "2026-11-22" }, "--last ends now, so it cannot be combined with --from or --to"],
  [
    { from: "yesterday" },
    "--from: expected a day or a time such as 2026-11-23 or 2026-11-23T08:00:00Z, got yesterday",
  ],
  [
    { to: "2026-02-30" },
    "--to: expected a day or a time such as 2026-11-23 or 2026-11-23T08:00:00Z, got 2026-02-30",
  ],
  [{ from: "2026-11-22", to: "2026-11-22" }, "--to 2026-11-22 is not after --from 2026-11-22"],
])("windowOf refuses %p", (args, message) => {
  expect(() => windowOf(args, NOW_MS)).toThrow(message);
  expect(() => windowOf(args, NOW_MS)).toThrow(Ca3Error);
});
