import { expect, test } from "bun:test";
import { resolveSettings } from "../support/settings.ts";
import { storeChoice, storeChoiceSettings } from "./store-choice.ts";

const MONGO = "mongodb://u:secret@db/ca3";
const choose = (
  flags: Record<string, string>,
  env: Record<string, string> = {},
  options?: Parameters<typeof storeChoice>[1],
) => {
  const { kind, words } = storeChoice(resolveSettings(storeChoiceSettings, { flags, env }), options);
  return [kind, words];
};

test.each([
  ["nothing is named", {}, {}, ["folder", " --data .ca3/data"]],
  ["a folder is", { data: "my data" }, {}, ["folder", " --data 'my data'"]],
  ["MongoDB is, by a flag", { mongo: MONGO }, {}, ["mongo", " --mongo 'mongodb://[redacted]@db/ca3'"]],
  ["MongoDB is, by a variable", {}, { MONGO_URL: MONGO }, ["mongo", ""]],
  ["both are, by variables", {}, { MONGO_URL: MONGO, CA3_DATA: "x" }, ["mongo", ""]],
  [
    "a folder is by a flag and MongoDB by a variable",
    { data: "x" },
    { MONGO_URL: MONGO },
    ["folder", " --data x"],
  ],
] as const)("the store when %s", (_what, flags, env, chosen) => {
  expect(choose(flags, env)).toEqual([...chosen]);
});

test("two stores on one command line are refused, unless the folder holds the log", () => {
  const both = { data: "x", mongo: MONGO };
  expect(() => choose(both)).toThrow("--data and --mongo name two stores");
  expect(choose(both, {}, { folderIsLog: true })[0]).toBe("mongo");
});
