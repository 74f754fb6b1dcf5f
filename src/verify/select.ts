import { closest } from "../support/closest.ts";
import { Ca3Error } from "../support/errors.ts";
import { areaOf, type CheckId, checkIds, factsOf } from "./facts.ts";

/**
 * The checks that are chosen, in their order, with those they need unless they are skipped by name. A pattern is an id, an
 * area, or a glob with `*`. What takes minutes has to be named. Throws CA3_USAGE for a pattern that fits nothing, and when nothing is left.
 * `skipFlag` is what errors call the flag that a command has for `skip`.
 */
export function selectChecks(
  only: readonly string[],
  skip: readonly string[],
  skipFlag = "--skip",
): readonly CheckId[] {
  const skipped = new Set(skip.flatMap((pattern) => matching(skipFlag, pattern)));
  const usual = checkIds.filter((id) => factsOf(id).onRequest !== true);
  const wanted = only.length === 0 ? usual : only.flatMap((pattern) => matching("--only", pattern));
  const chosen = new Set<CheckId>();
  const choose = (id: CheckId): void => {
    if (skipped.has(id) || chosen.has(id)) return;
    chosen.add(id);
    for (const needed of factsOf(id).needs ?? []) choose(needed as CheckId);
  };
  for (const id of wanted) choose(id);
  if (chosen.size === 0)
    throw new Ca3Error(
      "CA3_USAGE",
      only.length > 0 ? `--only and ${skipFlag} leave no check` : `${skipFlag} leaves no check`,
      { hint: "ca3 verify --list" },
    );
  return checkIds.filter((id) => chosen.has(id));
}

function matching(flag: string, pattern: string): readonly CheckId[] {
  const areas = new Set(checkIds.map(areaOf));
  const glob = new Bun.Glob(areas.has(pattern) ? `${pattern}.*` : pattern);
  const found = checkIds.filter((id) => glob.match(id));
  if (found.length > 0) return found;
  throw unknownCheck(pattern, `${flag} ${pattern} fits no check`, [...areas]);
}

/** The id, or a CA3_USAGE error that suggests one. */
export function checkNamed(word: string): CheckId {
  const found = checkIds.find((id) => id === word);
  if (found === undefined) throw unknownCheck(word, `there is no check ${word}`);
  return found;
}

function unknownCheck(word: string, message: string, more: readonly string[] = []): Ca3Error {
  const near = closest(word, [...checkIds, ...more]);
  return new Ca3Error("CA3_USAGE", message, {
    hint: near === undefined ? "ca3 verify --list" : `did you mean ${near}? else ca3 verify --list`,
  });
}
