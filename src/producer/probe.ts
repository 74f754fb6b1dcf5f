import type { Price } from "../telemetry/prices.ts";

/** A GPU that a source would count. */
export type ProbedGpu = {
  readonly uuid: string;
  readonly index: number;
  readonly model: string;
  readonly price: Price;
  /** Parts the card is divided into, such as `3g.40gb`; absent when it is whole. */
  readonly parts?: readonly string[];
  /** LLM that a rule says it serves. */
  readonly servedModel?: string;
};

/** What stands in the way of right numbers. */
export type ProbeProblem = {
  /** `fail`: nothing can be read, or what is read would be wrong. `warn`: something is missing or estimated. */
  readonly severity: "warn" | "fail";
  /** One sentence with the value that is wrong. */
  readonly message: string;
  /** The next command to type, or the setting to change. */
  readonly hint?: string;
};

/** What one source would read; absent means that the source has no such thing, empty that there is none. */
export type ProbeReport = {
  /** One line, such as `2 × NVIDIA H100 80GB HBM3, driver 590.48.01`. */
  readonly summary: string;
  readonly gpus?: readonly ProbedGpu[];
  /** LLMs whose tokens it would count. */
  readonly models?: readonly string[];
  readonly fields?: { readonly found: readonly string[]; readonly missing: readonly string[] };
  /** A few of the values it reads now, by the names of the source, with their units. */
  readonly sample?: Readonly<Record<string, string>>;
  /** How far the clock of what is read is ahead of ours, ms. */
  readonly clockOffsetMs?: number;
  /** Further facts, by a name a person understands. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly problems: readonly ProbeProblem[];
};

/**
 * Tries one thing that a source reads from: a program, an endpoint, a file. It sends nothing and keeps nothing, and may
 * be run beside a producer that reads the same.
 */
export type SourceProbe = {
  /** What is tried, such as `nvidia-smi` or `dcgm http://node-1:9400/metrics`; unique among the probes of a run. */
  readonly title: string;
  /**
   * Resolves with what it found, problems included. Rejects with a Ca3Error when it cannot be tried at all. `signal`
   * aborts at the deadline: the probe then ends as soon as it can.
   */
  probe(signal: AbortSignal): Promise<ProbeReport>;
};
