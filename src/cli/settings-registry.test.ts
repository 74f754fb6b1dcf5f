import { expect, test } from "bun:test";
import type { Setting } from "../support/settings.ts";
import { printValue, valueInFile } from "./setting-args.ts";
import { settingsRegistry, settingsTables } from "./settings-registry.ts";

const all = settingsTables.flatMap(({ title, settings }) =>
  Object.values(settings).map((setting: Setting<unknown>) => ({ title, setting })),
);
const once = settingsRegistry.flatMap(({ settings }) => Object.values(settings));

test("each setting is in the registry exactly once", () => {
  const paths = once.map(({ path }) => path);
  expect(paths).toEqual([...new Set(paths)]);
  expect(new Set(paths)).toEqual(new Set(all.map(({ setting }) => setting.path)));
});

test("rooms that share a setting agree on everything about it", () => {
  const facts = ({ path, env, flag, doc, default: preset, secret, type }: Setting<unknown>) =>
    JSON.stringify({ path, env, flag, doc, preset, secret, schema: type.schema });
  for (const { setting } of all) {
    const shared = once.find(({ path }) => path === setting.path)!;
    expect(facts(setting)).toBe(facts(shared));
  }
});

test("no variable, flag or section means two things", () => {
  for (const names of [once.flatMap(({ env }) => env ?? []), once.flatMap(({ flag }) => flag ?? [])])
    expect(names).toEqual([...new Set(names)]);
  const paths = new Set(once.map(({ path }) => path));
  for (const path of paths)
    for (let end = path.indexOf("."); end !== -1; end = path.indexOf(".", end + 1))
      expect(paths).not.toContain(path.slice(0, end));
});

test.each(once.map((setting) => [setting.path, setting] as const))(
  "%s reads its own default back, from the file and from a flag",
  (_path, setting: Setting<unknown>) => {
    if (setting.default === undefined) return;
    for (const raw of [valueInFile(setting, setting.default), printValue(setting, setting.default)])
      expect(setting.type.parse(raw)).toEqual({ value: setting.default });
  },
);

test.each(once.map((setting) => [setting.path, setting] as const))(
  "%s is explained in a sentence, and a secret has no flag unless it is an address",
  (path, { doc, secret, flag }: Setting<unknown>) => {
    expect(doc).toMatch(/^[A-Za-z`$].{5,}[^.\s]$/);
    // An address is kept secret because it may hold a password; without one it may stand on a command line.
    if (secret && !path.endsWith(".url")) expect(flag).toBeUndefined();
  },
);
