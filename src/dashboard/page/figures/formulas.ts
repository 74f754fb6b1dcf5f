import type { Figures } from "../../../telemetry/report-model.ts";
import type { Formula } from "./formula.ts";
import * as price from "./price-formulas.ts";
import * as rate from "./rate-formulas.ts";
import * as service from "./service-formulas.ts";
import * as work from "./work-formulas.ts";

/** Numbers that follow from figures alone, so that every line of a table has them as well. */
export const figureFormulas = {
  blended: price.blendedPrice,
  input: price.inputPrice,
  output: price.outputPrice,
  cost: price.costOf,
  used: price.usedCost,
  idle: price.idleCost,
  idleShare: price.idleShare,
  joulesPerToken: work.joulesPerToken,
  tokensPerJoule: work.tokensPerJoule,
  energy: work.energy,
  utilization: work.utilization,
  inputTokens: work.inputTokens,
  outputTokens: work.outputTokens,
  requests: work.requests,
  latency: work.latency,
  firstToken: work.firstToken,
  ttft: service.ttft,
  tpot: service.tpot,
  e2e: service.e2e,
  goodShare: service.goodShare,
  goodCost: service.goodCost,
} as const satisfies Readonly<Record<string, (figures: Figures) => Formula>>;
export type FigureFormulaId = keyof typeof figureFormulas;

/** Numbers per time. */
export const paceFormulas = {
  tokensPerSecond: rate.tokensPerSecond,
  inputPerSecond: rate.inputPerSecond,
  outputPerSecond: rate.outputPerSecond,
  requestsPerSecond: rate.requestsPerSecond,
  costPerHour: rate.costPerHour,
  costPerMonth: rate.costPerMonth,
  power: rate.power,
} as const satisfies Readonly<Record<string, (pace: rate.Pace) => Formula>>;
export type PaceFormulaId = keyof typeof paceFormulas;

/** `soFar` is the cost of all telemetry, whatever range is looked at. */
export type FormulaId = FigureFormulaId | PaceFormulaId | "soFar";

export const isFigureFormula = (id: string): id is FigureFormulaId => Object.hasOwn(figureFormulas, id);
export const isPaceFormula = (id: string): id is PaceFormulaId => Object.hasOwn(paceFormulas, id);
