import { expect, test } from "bun:test";
import { Glob } from "bun";
import type { MetricFacts } from "../../src/support/metric-facts.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";

const rows: [string, MetricFacts][] = Object.entries(metricCatalogue);
const declarations = /^src\/(telemetry\/metrics\/|telemetry\/metric-catalogue|support\/runtime-metrics)/;
const files = [...new Glob("src/**/*.ts").scanSync(".")].filter(
  (file) => !file.endsWith(".test.ts") && !declarations.test(file),
);
const code = (await Promise.all(files.map((file) => Bun.file(file).text()))).join("\n");

/** A metric that nothing moves looks like a quiet system. */
test.each(rows.filter(([, { registeredBy }]) => registeredBy === undefined))(
  "%s is moved by some code",
  (name) => {
    expect(code).toMatch(new RegExp(`"${name}"|\\b${name}:`));
  },
);
