import { expect, test } from "bun:test";
import { outlookOf } from "./outlook.ts";

test.each([
  [["log"], "The processor is not ready.", true],
  [["store", "consumer"], "The processor is not ready.", true],
  [["consumer"], "The processor is not ready.", false],
  [["log", "poison"], "The processor has stopped.", false],
  [["sources"], "Nothing new comes in.", false],
  [["store", "draining"], "The processor is stopping.", false],
  [[], "The figures cannot be read now.", false],
])("%p: %s", (failing, title, byItself) => {
  const told = outlookOf(failing);
  expect(told.title).toBe(title);
  expect(told.outlook.includes("by itself")).toBe(byItself);
});
