/**
 * What a modelled GPU can do. Every number is the vendor's unless its source says otherwise; nothing here was measured
 * by us, so what is computed from it is `quality: "synthetic"`.
 */
export type Card = {
  /** Product name, as events carry it. */
  readonly name: string;
  readonly memTotalMib: number;
  /** Draw of a card that is held and does nothing, watts. */
  readonly idleW: number;
  /** Board power limit, watts. */
  readonly tdpW: number;
  /** Dense FP16 tensor throughput with FP32 accumulation, 10^12 operations per second. */
  readonly fp16Tflops: number;
  /** Memory bandwidth, 10^9 bytes per second. */
  readonly bandwidthGBps: number;
  /** Price of the whole card per hour, millionths of a US dollar. */
  readonly priceMicroUsdPerHour: number;
  readonly source: string;
};

export const rtx3090: Card = {
  name: "RTX 3090",
  memTotalMib: 24_576,
  idleW: 20,
  tdpW: 350,
  fp16Tflops: 71,
  bandwidthGBps: 936,
  priceMicroUsdPerHour: 850_000,
  source: "NVIDIA Ampere GA102 whitepaper (GeForce RTX 3090); idle: 16 to 20 W in published reviews",
};

export const a100Sxm40: Card = {
  name: "A100 40GB",
  memTotalMib: 40_960,
  idleW: 100,
  tdpW: 400,
  fp16Tflops: 312,
  bandwidthGBps: 1_555,
  priceMicroUsdPerHour: 3_200_000,
  source: "NVIDIA A100 data sheet (SXM4, 40 GB); idle with a loaded model: arXiv 2507.11417",
};

/** Every card that can be modelled, the two of the default fleet first. */
export const cards: readonly Card[] = [rtx3090, a100Sxm40];

/** The default pair: a consumer card and a data-centre card. */
export const defaultCards: readonly Card[] = [rtx3090, a100Sxm40];

/** The card with this name; capitals, spaces and dashes do not matter. */
export const cardNamed = (name: string): Card | undefined =>
  cards.find((card) => plain(card.name) === plain(name));

const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, "");
