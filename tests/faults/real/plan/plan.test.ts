import { expect, test } from "bun:test";
import { boundaries } from "./boundaries.ts";
import { kindOf, looseKinds, placeOf } from "./fault.ts";
import { planFaults } from "./plan.ts";

test("a seed gives the same faults again, another one others", () => {
  expect(planFaults(7, 50)).toEqual(planFaults(7, 50));
  expect(planFaults(7, 50)).not.toEqual(planFaults(8, 50));
});

test("a longer run begins as a shorter one does", () => {
  expect(planFaults(3, 300).slice(0, 40)).toEqual([...planFaults(3, 40)]);
});

test("three hundred faults strike at every boundary in every way, and in every other way as well", () => {
  const faults = planFaults(1, 300);
  const places = new Set(
    faults.flatMap((one) => (one.kind === "boundary" ? `${kindOf(one)} ${placeOf(one)}` : [])),
  );
  expect(places.size).toBe(boundaries.length);
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(["boundary", ...looseKinds]));
});
