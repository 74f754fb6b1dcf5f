import { expect, test } from "bun:test";
import fc from "fast-check";
import { eventId, mintedEventId, requestEventId, streamPrefix } from "./event-id.ts";

test("ids of one stream sort in the order of their sequence numbers", () => {
  const prefix = streamPrefix("smi-a", "boot-1", "gpu");
  fc.assert(
    fc.property(fc.nat(1e12), fc.nat(1e12), (a, b) => {
      expect(eventId(prefix, a) < eventId(prefix, b)).toBe(a < b);
    }),
  );
});

test("the same names always give the same prefix, across versions of the program", () => {
  expect(eventId(streamPrefix("smi-a", "boot-1", "gpu"), 35)).toBe("e30dfc6e6134f7532167-0000000z");
});

test("names that only differ in where one ends and the next begins give different prefixes", () => {
  const prefixes = [
    streamPrefix("a", "b", "cd"),
    streamPrefix("a", "bc", "d"),
    streamPrefix("ab", "c", "d"),
    streamPrefix("a,b", "c", "d"),
    streamPrefix('a","b', "c", "d"),
  ];
  expect(new Set(prefixes).size).toBe(prefixes.length);
});

test("a request has one id per server", () => {
  expect(requestEventId("vllm-1", "r1")).toBe(requestEventId("vllm-1", "r1"));
  expect(requestEventId("vllm-1", "r1")).not.toBe(requestEventId("vllm-2", "r1"));
  expect(requestEventId("vllm-1", "r1")).not.toBe(requestEventId("vllm-1", "r2"));
});

test("the same bytes are the same event", () => {
  const bytes = new TextEncoder().encode('{"ts":1}');
  expect(mintedEventId(bytes)).toBe(mintedEventId(bytes.slice()));
  expect(mintedEventId(bytes)).not.toBe(mintedEventId(new TextEncoder().encode('{"ts":2}')));
});
