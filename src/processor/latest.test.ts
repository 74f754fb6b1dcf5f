import { expect, test } from "bun:test";
import { gpuEvent, START_MS, storedEvent, tokenEvent } from "../../tests/helpers/telemetry.ts";
import { newestPerSubject } from "./latest.ts";

const at = (seconds: number) => START_MS + seconds * 1000;

test("the newest event of each GPU and each token source is kept, by time and not by order", () => {
  const batches = [
    [
      storedEvent("a", 1, gpuEvent("g1", at(5))),
      storedEvent("a", 2, gpuEvent("g2", at(3))),
      storedEvent("a", 3, gpuEvent("g3", at(1), { gpu_uuid: "GPU-2" })),
    ],
    [storedEvent("b", 1, tokenEvent("t1", at(4))), storedEvent("b", 2, tokenEvent("t2", at(9)))],
    [storedEvent("c", 1, gpuEvent("g4", at(6)))],
  ];
  expect(
    newestPerSubject(batches).map(({ kind, subject, tsMs, event }) => [kind, subject, tsMs, event.event_id]),
  ).toEqual([
    ["gpu", "GPU-1", at(6), "g4"],
    ["gpu", "GPU-2", at(1), "g3"],
    ["token", "server-1", at(9), "t2"],
  ]);
});

test("of two events at the same time the later record is kept", () => {
  const batch = [storedEvent("a", 1, gpuEvent("g1")), storedEvent("a", 2, gpuEvent("g2"))];
  expect(newestPerSubject([batch])[0]!.event.event_id).toBe("g2");
});

test("a GPU and a token source of the same name are two subjects", () => {
  const batch = [
    storedEvent("a", 1, gpuEvent("g", START_MS, { gpu_uuid: "same" })),
    storedEvent("a", 2, tokenEvent("t", START_MS, { source_id: "same" })),
  ];
  expect(newestPerSubject([batch]).length).toBe(2);
});

test("the parts of a divided card are kept apart", () => {
  const part = (id: string, more: object) =>
    storedEvent("a", 1, gpuEvent(id, START_MS, { gpu_fraction: 0.5, ...more }));
  const batch = [
    part("g1", { mig_instance_id: "1" }),
    part("g2", { mig_instance_id: "2" }),
    part("g3", { pod: "a" }),
    part("g4", { pod: "b" }),
  ];
  expect(newestPerSubject([batch]).map(({ event }) => event.event_id)).toEqual(["g1", "g2", "g3", "g4"]);
});
