import { expect, test } from "bun:test";
import { badgeOf } from "./quality.ts";

test.each([
  ["everything measured", { tokens: ["measured"], gpus: ["measured"] }, "measured"],
  ["modelled GPUs under real tokens", { tokens: ["measured"], gpus: ["synthetic"] }, "synthetic GPUs"],
  ["generated tokens on real GPUs", { tokens: ["synthetic"], gpus: ["measured"] }, "synthetic tokens"],
  ["all made up", { tokens: ["synthetic"], gpus: ["synthetic"] }, "synthetic"],
  ["some cards modelled", { gpus: ["measured", "synthetic"] }, "partly synthetic"],
  [
    "some cards modelled, tokens real",
    { tokens: ["measured"], gpus: ["measured", "synthetic"] },
    "partly synthetic GPUs",
  ],
  ["values in between", { gpus: ["interpolated"] }, "estimated"],
  ["tokens estimated", { tokens: ["estimated", "measured"] }, "partly estimated"],
  ["a price of tokens without GPUs", { tokens: ["measured"], gpus: [] }, "measured"],
  ["nothing", { tokens: [], gpus: [] }, "no data"],
])("%s", (_name, provenance, text) => expect(badgeOf(provenance).text).toBe(text));

test("the detail names every part", () =>
  expect(badgeOf({ tokens: ["measured"], gpus: ["synthetic", "measured"] }).detail).toBe(
    "tokens: measured; GPUs: synthetic, measured",
  ));
