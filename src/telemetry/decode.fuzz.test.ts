import { expect, test } from "bun:test";
import fc from "fast-check";
import { gpuEvents, tokenEvents } from "../../tests/samples/arbitrary-events.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "../../tests/samples/events.ts";
import { type DecodeLimits, decodeEvent, rejectReasons } from "./decode.ts";
import { encodeEvent, partitionKey } from "./encode.ts";
import { planRollups } from "./rollup-plan.ts";
import type { EventKind } from "./topics.ts";

const limits: DecodeLimits = { maxBytes: 65_536, maxFutureMs: 1e15, legacyIntervalS: 5 };
const kinds = fc.constantFrom<EventKind[]>("gpu", "token");

function survives(kind: EventKind, value: Uint8Array): void {
  const decoded = decodeEvent(kind, { value, appendedMs: HOUR_MS, origin: "log/t/0", offset: 1 }, limits);
  if (!decoded.ok) {
    expect(rejectReasons).toContain(decoded.reason);
    expect(decoded.detail).not.toBe("");
    expect(decoded.detail.length).toBeLessThan(1_500);
    return;
  }
  expect(Number.isSafeInteger(decoded.tsMs)).toBe(true);
  for (const { sums } of planRollups("o", [{ ...decoded, offset: 1 }]))
    expect(
      Object.values(sums)
        .flat()
        .every((sum) => Number.isInteger(sum) && sum >= 0),
    ).toBe(true);
}

test("no bytes make the decoder throw", () => {
  fc.assert(fc.property(kinds, fc.uint8Array({ maxLength: 300 }), survives));
});

test("no JSON makes the decoder throw", () => {
  fc.assert(
    fc.property(kinds, fc.json({ maxDepth: 4 }), (kind, text) =>
      survives(kind, new TextEncoder().encode(text)),
    ),
  );
});

test("whatever stands in a field of an otherwise good event, it is read with whole sums or refused", () => {
  const fields = Object.keys({
    ...gpuEvent(),
    ...tokenEvent(),
    schema_version: 0,
    energy_j: 0,
    window_start: "",
  });
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.double(),
    fc.constantFrom(-0, -1, 1e300, "NaN", "Infinity", "__proto__", "2026-03-01T10:00:10Z", "+275760"),
  );
  fc.assert(
    fc.property(kinds, fc.dictionary(fc.constantFrom(...fields), values, { maxKeys: 3 }), (kind, own) => {
      const event = { ...(kind === "gpu" ? gpuEvent() : tokenEvent()), ...own };
      survives(kind, new TextEncoder().encode(JSON.stringify(event)));
    }),
    { numRuns: 400 },
  );
});

test("as many brackets as fit are survived", () => {
  for (const text of ["[".repeat(65_000), `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`])
    survives("gpu", new TextEncoder().encode(text));
  const deep = JSON.stringify(gpuEvent()).replace("{", `{"x":${"[".repeat(30_000)}${"]".repeat(30_000)},`);
  survives("gpu", new TextEncoder().encode(deep));
});

test("every event is read back as it was written", () => {
  fc.assert(
    fc.property(fc.oneof(gpuEvents, tokenEvents), (event) => {
      const kind = "gpu_uuid" in event ? "gpu" : "token";
      const record = { value: encodeEvent(event), appendedMs: HOUR_MS, origin: "o", offset: 0 };
      const decoded = decodeEvent(kind, record, limits);
      expect(decoded).toEqual({ ok: true, event, tsMs: Date.parse(event.ts), legacy: false, minted: false });
      expect(partitionKey(event)).toBe("gpu_uuid" in event ? event.gpu_uuid : event.source_id);
    }),
  );
});
