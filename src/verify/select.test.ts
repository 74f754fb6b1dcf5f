import { describe, expect, test } from "bun:test";
import { checkIds, factsOf } from "./facts.ts";
import { checkNamed, selectChecks } from "./select.ts";

describe("the checks that are chosen", () => {
  test.each<[string[], string[], string[]]>([
    [["kafka.reachable"], [], ["kafka.reachable"]],
    [["*.lag"], [], ["kafka.reachable", "kafka.topics", "kafka.lag"]],
    [["processor"], ["*.writes"], ["processor.health", "processor.ready", "processor.metrics"]],
    [["mongo.indexes"], ["mongo.reachable"], ["mongo.indexes"]],
  ])("only %j without %j", (only, skip, ids) =>
    expect<readonly string[]>(selectChecks(only, skip)).toEqual(ids),
  );

  test("are all but those that take minutes when nothing is said", () => {
    const slow = ["scale.processor"];
    expect<readonly string[]>(selectChecks([], [])).toEqual(checkIds.filter((id) => !slow.includes(id)));
    expect<readonly string[]>(selectChecks(["scale"], [])).toContain("scale.processor");
  });

  test.each([
    [() => selectChecks(["kafka.lagg"], []), "--only kafka.lagg fits no check", "did you mean kafka.lag?"],
    [() => selectChecks([], ["kafak"]), "--skip kafak fits no check", "did you mean kafka?"],
    [() => selectChecks([], ["kafak"], "--not"), "--not kafak fits no check", "did you mean kafka?"],
    [() => selectChecks([], ["*"]), "--skip leaves no check", "ca3 verify --list"],
    [() => selectChecks(["mongo"], ["*"]), "--only and --skip leave no check", "ca3 verify --list"],
    [() => checkNamed("mongo.index"), "there is no check mongo.index", "did you mean mongo.indexes?"],
  ])("%# is a wrong command line", (choose, message, hint) => {
    expect(choose).toThrow(
      expect.objectContaining({ code: "CA3_USAGE", message, hint: expect.stringContaining(hint) }),
    );
  });
});

test("every check names what it needs by ids that stand before it, so none waits for itself", () => {
  for (const [at, id] of checkIds.entries())
    for (const needed of factsOf(id).needs ?? [])
      expect<readonly string[]>(checkIds.slice(0, at)).toContain(needed);
});
