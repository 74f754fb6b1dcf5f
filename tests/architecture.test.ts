import { expect, test } from "bun:test";
import { dirname, join, normalize } from "node:path";
import { Glob } from "bun";

/** Which rooms a room may import; `docs/architecture.md` draws the same picture. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  support: [],
  telemetry: ["support"],
  eventlog: ["telemetry", "support"],
  store: ["telemetry", "support"],
  http: ["telemetry", "support"],
  producer: ["eventlog", "store", "telemetry", "support"],
  processor: ["http", "eventlog", "store", "telemetry", "support"],
  dashboard: ["telemetry", "support"],
  provision: ["support"],
  k8s: ["telemetry", "support"],
  verify: ["k8s", "eventlog", "store", "telemetry", "support"],
  local: ["producer", "processor", "dashboard", "http", "eventlog", "store", "telemetry", "support"],
  cli: [
    "local",
    "producer",
    "processor",
    "dashboard",
    "http",
    "provision",
    "k8s",
    "verify",
    "eventlog",
    "store",
    "telemetry",
    "support",
  ],
  "main.ts": ["cli"],
};

/** A manifest can only set what the service reads, so `k8s` sees the settings tables of the services. */
const settingsOnly = new Set([
  "k8s->producer",
  "k8s->processor",
  "k8s->http",
  "k8s->local",
  "k8s->eventlog",
  "k8s->store",
]);

/** Each library has a home; nobody else imports it. */
const homes: Readonly<Record<string, RegExp>> = {
  kafkajs: /^src\/eventlog\//,
  mongodb: /^src\/store\//,
  "@aws-sdk/": /^src\/provision\/aws\//,
  ssh2: /^src\/provision\/ssh\//,
  citty: /^src\/cli\//,
  consola: /^src\/cli\//,
  hono: /^src\/(processor\/)?http\//,
  "@hono/prometheus": /^src\/http\//,
  "prom-client": /^src\/(support|(processor\/)?http)\//,
  "bun:sqlite": /^src\/(support\/sqlite|eventlog\/embedded|store\/embedded|local\/)/,
};

const sources = [...new Glob("src/**/*.{ts,tsx}").scanSync(".")].filter((file) => !file.endsWith(".d.ts"));
const programs = sources.filter((file) => !file.endsWith(".test.ts"));
const room = (file: string) => file.split("/")[1]!;
const loader = (file: string) => new Bun.Transpiler({ loader: file.endsWith("x") ? "tsx" : "ts" });

test("there is something to look at", () => expect(programs.length).toBeGreaterThan(10));

test("rooms import only the rooms below them", async () => {
  const wrong: string[] = [];
  for (const file of programs) {
    const from = room(file);
    for (const { path } of loader(file).scanImports(await Bun.file(file).text())) {
      if (!path.startsWith(".")) continue;
      const target = normalize(join(dirname(file), path));
      if (!target.startsWith("src/")) continue;
      const to = room(target);
      if (to === from || mayImport[from]?.includes(to)) continue;
      if (settingsOnly.has(`${from}->${to}`) && target.endsWith("/config.ts")) continue;
      wrong.push(`${file} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("each library is imported only at its home", async () => {
  const wrong: string[] = [];
  for (const file of programs) {
    for (const { path } of loader(file).scanImports(await Bun.file(file).text())) {
      for (const [library, home] of Object.entries(homes)) {
        const used = path === library || path.startsWith(library.endsWith("/") ? library : `${library}/`);
        if (used && !home.test(file)) wrong.push(`${file} imports ${path}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test.each([
  ["process.exit and process.env", /\bprocess\.(exit|env)\b/, /^src\/main\.ts$/],
  ["console", /\bconsole\./, /^$/],
  ["Bun.spawn", /\bBun\.spawn(Sync)?\(/, /^src\/support\/exec\.ts$/],
])("%s stays where it belongs", async (_title, pattern, home) => {
  const wrong: string[] = [];
  for (const file of programs) {
    if (home.test(file)) continue;
    const code = (await Bun.file(file).text())
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
      .replace(/"[^"\n]*"|'[^'\n]*'/g, '""');
    if (pattern.test(code)) wrong.push(file);
  }
  expect(wrong).toEqual([]);
});
