import type { RollupQuery } from "../store/port.ts";
import { gpusOf, joinReport, type ReportPart, reportPart } from "./report.ts";
import { type ReportBlock, reportBlocks } from "./report-blocks.ts";
import type { Grouping, Report } from "./report-model.ts";
import { type RollupSource, readableWindow, type Window } from "./report-query.ts";

/** Groups kept over all parts; at about 600 bytes each this bounds the memory used to 36 MB. */
const MAX_GROUPS = 60_000;
/** How long reading goes on before other work of the process gets a turn, ms. */
const TURN_MS = 8;

type Kept = {
  readonly signature: string;
  readonly part: ReportPart;
  /** GPUs that tokens name without readings of them in the part, and whether the window had some then. */
  readonly foreign: ReadonlyMap<string, boolean>;
};

/**
 * Reads the report of a window as `buildReport` makes it of all its rows, and keeps what hours that did not change add
 * to it, so that a report on years costs about as much as one on the hours in which something happened since the last.
 */
export class ReportReader {
  readonly #kept = new Map<string, Kept>();
  #groups = 0;

  constructor(
    private readonly store: RollupSource,
    private readonly maxGroups: number = MAX_GROUPS,
  ) {}

  /** An absent end of the window is the beginning or the end of all telemetry. */
  async read(window: Partial<Window>, groupBy: Grouping, nowMs: number): Promise<Report> {
    const blocks = await reportBlocks(this.store, readableWindow(window, nowMs));
    const known = new Set<string>();
    const all: Kept[] = [];
    let turnStart = performance.now();
    for (const block of blocks) {
      const one = this.#get(block, groupBy) ?? (await this.#make(block, groupBy, known));
      for (const gpu of one.part.facts.cards.keys()) known.add(gpu);
      all.push(one);
      if (performance.now() - turnStart < TURN_MS) continue;
      await new Promise(setImmediate);
      turnStart = performance.now();
    }
    for (const [at, block] of blocks.entries())
      if (!fits(all[at]!, known)) all[at] = await this.#make(block, groupBy, known);
    return joinReport(
      all.map((one) => one.part),
      groupBy,
    );
  }

  async #make({ query, signature }: ReportBlock, groupBy: Grouping, known: Set<string>): Promise<Kept> {
    const rows = await this.store.queryRollups(query);
    const own = gpusOf(rows);
    for (const gpu of own) known.add(gpu);
    const foreign = new Map<string, boolean>();
    for (const { kind, dimensions } of rows)
      if (kind === "token" && dimensions.gpu && !own.has(dimensions.gpu))
        foreign.set(dimensions.gpu, known.has(dimensions.gpu));
    const one = { signature, part: reportPart(rows, groupBy, known), foreign };
    this.#keep(keyOf(query, groupBy), one);
    return one;
  }

  #get({ query, signature }: ReportBlock, groupBy: Grouping): Kept | undefined {
    const key = keyOf(query, groupBy);
    const one = this.#kept.get(key);
    if (one?.signature !== signature) return undefined;
    this.#keep(key, one);
    return one;
  }

  /** The newest stands last; the oldest ones go when there are too many. */
  #keep(key: string, one: Kept): void {
    this.#drop(key);
    this.#kept.set(key, one);
    this.#groups += sizeOf(one);
    for (const oldest of this.#kept.keys()) {
      if (this.#groups <= this.maxGroups) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const one = this.#kept.get(key);
    if (one === undefined) return;
    this.#kept.delete(key);
    this.#groups -= sizeOf(one);
  }
}

const keyOf = ({ resolutionS, fromMs, toMs }: RollupQuery, groupBy: Grouping): string =>
  `${groupBy}/${resolutionS}/${fromMs}/${toMs}`;

const sizeOf = ({ part }: Kept): number => part.groups.size + 1;

/** Which GPUs have readings in the window may decide where the tokens of a part ran. */
const fits = ({ foreign }: Kept, known: ReadonlySet<string>): boolean =>
  [...foreign].every(([gpu, wasKnown]) => known.has(gpu) === wasKnown);
