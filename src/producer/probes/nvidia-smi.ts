import { Ca3Error } from "../../support/errors.ts";
import { joinGpu } from "../join/rules.ts";
import type { ProbedGpu, ProbeProblem, ProbeReport, SourceProbe } from "../probe.ts";
import { type CardState, cardName } from "../smi/card.ts";
import { usualUnit } from "../smi/columns.ts";
import type { FieldPlan } from "../smi/fields.ts";
import { planFields } from "../smi/fields.ts";
import type { Listing } from "../smi/listing.ts";
import { findSmi, type SmiProgram, SmiTrouble, smiProgram } from "../smi/program.ts";
import { createSmiReader, type SmiReader } from "../smi/reader.ts";
import { offsetRemark } from "../smi/state-words.ts";
import { priceOfSettings } from "../sources/open-nvidia-smi.ts";
import type { OpenContext } from "../sources/registry.ts";
import { countModels, priceProblems } from "./gpu-problems.ts";

/** Asks nvidia-smi once what the source asks it all the time. */
export const smiProbe = (context: OpenContext): SourceProbe => ({
  title: "nvidia-smi",
  probe: async (signal) => {
    const { smiPath, smiTimeoutMs } = context.settings;
    const path = findSmi(smiPath, context.cwd);
    try {
      return await report(path, smiProgram(path, smiTimeoutMs), context, signal);
    } catch (error) {
      if (!(error instanceof SmiTrouble)) throw error;
      const { message, hint } = error.failure;
      throw new Ca3Error("CA3_SOURCE", message, hint === undefined ? {} : { hint });
    }
  },
});

async function report(
  path: string,
  program: SmiProgram,
  context: OpenContext,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const plan = planFields(await program.fields(signal));
  const listing = await program.list(signal);
  const rows = await program.once(plan.query, signal);
  const reader = createSmiReader({ host: context.hostname, spanMs: 1, gapMs: 1, goneMs: 60_000 });
  reader.begin(plan.query, listing);
  for (const row of rows) reader.line(row, context.clock.now());
  const gpus = reader.cards.map((card) => probedGpu(card, context));
  const driver = rows[0]?.split(", ")[plan.query.indexOf("driver_version")];
  const offsetMs = reader.offsetMs();
  return {
    summary: [
      countModels(reader.cards.map(({ model }) => model)),
      ...(driver === undefined ? [] : [`driver ${driver}`]),
    ].join(", "),
    gpus,
    fields: { found: plan.query, missing: plan.missing },
    sample: sampleOf(plan, rows[0]),
    ...(offsetMs === undefined ? {} : { clockOffsetMs: offsetMs }),
    facts: { program: path },
    problems: [...problemsOf(reader, plan, listing, rows), ...priceProblems(gpus)],
  };
}

function probedGpu(card: CardState, context: OpenContext): ProbedGpu {
  const { gpu: uuid, index, model } = card;
  const { servedModel } = joinGpu(context.join.rules, { host: context.hostname, gpu: uuid, index });
  return {
    ...{ uuid, index, model, price: priceOfSettings(context.settings)(model) },
    ...(card.isDivided ? { parts: card.parts.map(({ profile, id }) => profile ?? id) } : {}),
    ...(servedModel === undefined ? {} : { servedModel }),
  };
}

/** The first row as it stands there, with units and without what names the card. */
function sampleOf(plan: FieldPlan, row: string | undefined): Record<string, string> {
  const cells = row?.split(", ") ?? [];
  return Object.fromEntries(
    plan.query.flatMap((name, at) => {
      const cell = cells[at] ?? "";
      const unit = /^[\d.]+$/.test(cell) ? usualUnit(name) : "";
      return NAMES.has(name) ? [] : [[name, unit === "" ? cell : `${cell} ${unit}`]];
    }),
  );
}

const NAMES: ReadonlySet<string> = new Set([
  ...["timestamp", "index", "uuid", "name", "pci.bus_id", "driver_version", "mig.mode.current"],
]);

/** What figures are made of that a card does not tell although nvidia-smi has a field for it. */
function silences(card: CardState): string[] {
  const { numbers } = card.last ?? {};
  if (numbers === undefined) return [];
  const lacks = [
    ...(numbers.utilization === undefined && !card.isDivided ? ["utilisation"] : []),
    ...(numbers.memTotalBytes === undefined ? ["memory"] : []),
    ...(numbers.powerW === undefined && numbers.energyJ === undefined ? ["power"] : []),
  ];
  return lacks.length === 0
    ? []
    : [`${cardName(card)} does not report its ${lacks.join(", ")}, so its figures are estimated`];
}

function problemsOf(
  reader: SmiReader,
  plan: FieldPlan,
  listing: Listing,
  rows: readonly string[],
): ProbeProblem[] {
  const warn = (message: string): ProbeProblem => ({ severity: "warn", message });
  const fail = (message: string): ProbeProblem => ({ severity: "fail", message });
  const { cards } = reader;
  return [
    ...(cards.length === 0
      ? [fail(`nvidia-smi printed no reading, but ${JSON.stringify(rows.join(" ").slice(0, 120))}`)]
      : []),
    ...listing.remarks.map(fail),
    ...cards.flatMap((card) =>
      card.trouble ? [fail(`${cardName(card)} is not counted: ${card.trouble.said}`)] : [],
    ),
    ...cards.flatMap((card) =>
      card.remark ? [warn(`${cardName(card)} has values it does not report: ${card.remark}`)] : [],
    ),
    ...cards.flatMap((card) => silences(card).map(warn)),
    ...plan.needed.map((name) => warn(`this nvidia-smi has no ${name}, so it counts as 0`)),
    ...(cards.some(({ isDivided }) => isDivided)
      ? [
          {
            ...warn("nvidia-smi reports no utilisation with MIG, so it is estimated from power"),
            hint: "read the card with --source dcgm to have it measured",
          },
        ]
      : []),
    ...offsetRemark(reader.offsetMs()).map(warn),
  ];
}
