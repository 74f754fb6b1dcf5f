import { describe, expect, test } from "bun:test";
import { gpuEvent, HOUR_MS, tokenEvent } from "../../tests/samples/events.ts";
import { type Decoded, type DecodeLimits, decodeEvent } from "./decode.ts";
import type { EventKind } from "./topics.ts";

const limits: DecodeLimits = { maxBytes: 4_096, maxFutureMs: 60_000, legacyIntervalS: 5 };
const appendedMs = HOUR_MS + 20_000;

const bytesOf = (content: unknown): Uint8Array =>
  content instanceof Uint8Array
    ? content
    : new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));

const decode = (kind: EventKind, content: unknown, own: Partial<DecodeLimits> = {}): Decoded =>
  decodeEvent(
    kind,
    { value: bytesOf(content), appendedMs, origin: "log/t/0", offset: 7 },
    { ...limits, ...own },
  );

const refused = (decoded: Decoded) => (decoded.ok ? "accepted" : `${decoded.reason}: ${decoded.detail}`);

describe("an event that fits", () => {
  test.each([
    ["gpu", gpuEvent()],
    ["token", tokenEvent()],
    ["token", tokenEvent({ cache_read_tokens: 600, cache_write_tokens: 400, reasoning_tokens: 200 })],
    ["gpu", gpuEvent({ utilization: 0, interval_s: 0, mem_used_bytes: 0, mem_total_bytes: 0 })],
    ["gpu", gpuEvent({ throttle_reasons: ["sw_power_cap"], gpu_fraction: 0.25 })],
  ] as const)("is read as it was sent (%s, case %#)", (kind, event) => {
    const decoded = decode(kind, event);
    expect(decoded).toEqual({ ok: true, event, tsMs: Date.parse(event.ts), legacy: false, minted: false });
  });

  test("keeps fields that the schema does not name", () => {
    const event = { ...gpuEvent(), rack: "r7", labels: { zone: "b" } };
    expect(decode("gpu", event)).toMatchObject({ ok: true, event: { rack: "r7", labels: { zone: "b" } } });
  });

  test("without an identity gets one from its bytes: sent twice, it is one event", () => {
    const { event_id: _, ...anonymous } = tokenEvent();
    const first = decode("token", anonymous);
    expect(first).toMatchObject({ ok: true, minted: true, legacy: false });
    expect(decode("token", anonymous)).toEqual(first);
    expect(decode("token", { ...anonymous, seq: 1 })).not.toEqual(first);
  });
});

describe("a record that can never be stored is refused with its reason, the field, the value and the limit", () => {
  test.each([
    ["malformed_json: JSON Parse error", "not json"],
    ["malformed_json: JSON Parse error", ""],
    ["malformed_json: JSON Parse error", '{"ts":"2026'],
    ["malformed_json: JSON Parse error", '{"utilization":NaN}'],
    ["malformed_json: JSON Parse error", `\uFEFF${JSON.stringify(gpuEvent())}`],
    ["malformed_json: ", Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d)],
    ["schema_invalid: the record must be a JSON object, got a list of 1", "[1]"],
    ["schema_invalid: the record must be a JSON object, got null", "null"],
    ["schema_invalid: __proto__: not allowed", '{"__proto__":{"ok":false}}'],
    [
      "schema_invalid: nested deeper than 32 levels",
      { ...gpuEvent(), x: JSON.parse(`${"[".repeat(40)}${"]".repeat(40)}`) },
    ],
    ["unsupported_version: schema_version: 2, the newest known is 1", gpuEvent({ schema_version: 2 })],
    ['schema_invalid: schema_version: must be integer, got "1"', { ...gpuEvent(), schema_version: "1" }],
    [
      "schema_invalid: gpu_uuid, interval_s: missing",
      { ...gpuEvent(), gpu_uuid: undefined, interval_s: undefined },
    ],
    ["schema_invalid: power_w: must be >= 0, got -5", gpuEvent({ power_w: -5 })],
    ['schema_invalid: power_w: must be number, got "NaN"', { ...gpuEvent(), power_w: "NaN" }],
    ["schema_invalid: power_w: must be number, got null", { ...gpuEvent(), power_w: null }],
    [
      'schema_invalid: quality: must be one of measured, estimated, interpolated, synthetic, got "good"',
      { ...gpuEvent(), quality: "good" },
    ],
    [
      "schema_invalid: mem_used_bytes: 2 is above mem_total_bytes 1",
      gpuEvent({ mem_used_bytes: 2, mem_total_bytes: 1 }),
    ],
    ['schema_invalid: kind: "request" belongs to a token event', { ...gpuEvent(), kind: "request" }],
    ["unit_suspect: utilization: 57 is above 1, the limit of a ratio", gpuEvent({ utilization: 57 })],
    ["unit_suspect: sm_active: 1.5 is above 1", gpuEvent({ sm_active: 1.5 })],
    [
      'schema_invalid: ts: must be an RFC 3339 time with its zone, got "2026-02-30T10:00:00Z"',
      gpuEvent({ ts: "2026-02-30T10:00:00Z" }),
    ],
    [
      'too_future: ts: "2026-03-01T11:00:00Z" is 3580000 ms ahead of the log, the limit is 60000 ms',
      gpuEvent({ ts: "2026-03-01T11:00:00Z" }),
    ],
  ])("%s", (expected, content) => expect(refused(decode("gpu", content))).toStartWith(expected));

  test.each([
    [
      "cache_read_tokens + cache_write_tokens: 1001 is above input_tokens 1000",
      { cache_read_tokens: 600, cache_write_tokens: 401 },
    ],
    ["reasoning_tokens: 201 is above output_tokens 200", { reasoning_tokens: 201 }],
    ["input_tokens: must be integer, got 1.5", { input_tokens: 1.5 }],
    ['window_start: must be an RFC 3339 time with its zone, got "yesterday"', { window_start: "yesterday" }],
    ['window_end: must be an RFC 3339 time with its zone, got ""', { window_end: "" }],
    [
      'window_start: "2026-03-01T10:00:02Z" is after window_end "2026-03-01T10:00:01Z"',
      { window_start: "2026-03-01T10:00:02Z", window_end: "2026-03-01T10:00:01Z" },
    ],
  ])("%s", (detail, own) =>
    expect(refused(decode("token", tokenEvent(own)))).toBe(`schema_invalid: ${detail}`),
  );

  test("its size counts first, before anything is parsed", () => {
    expect(refused(decode("gpu", "x".repeat(4_097)))).toBe("oversized: 4097 bytes, the limit is 4096");
  });

  test("a long value is cut in the detail", () => {
    expect(refused(decode("gpu", { ...gpuEvent(), power_w: "9".repeat(3_000) })).length).toBeLessThan(160);
  });

  test("a number that JSON reads as infinite is refused", () => {
    const text = JSON.stringify(gpuEvent()).replace('"power_w":250', '"power_w":1e999');
    expect(refused(decode("gpu", text))).toStartWith("schema_invalid: power_w: ");
  });

  test("its age counts from when the log took it, and only when there is a limit", () => {
    const old = gpuEvent({ ts: "2023-11-16T18:15:46.680Z" });
    expect(decode("gpu", old).ok).toBe(true);
    expect(refused(decode("gpu", old, { maxAgeMs: 86_400_000 }))).toStartWith("too_old: ts: ");
  });
});
