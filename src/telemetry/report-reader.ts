import type { RollupQuery } from "../store/port.ts";
import { joinReport, type ReportPart, reportPart } from "./report.ts";
import { reportBlocks } from "./report-blocks.ts";
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
    for (const { query, signature } of blocks) {
      const key = `${groupBy}/${query.fromMs}/${query.toMs}`;
      let one = signature === undefined ? undefined : this.#get(key, signature);
      if (one === undefined) {
        one = await this.#make(query, groupBy, known, signature);
        if (signature !== undefined) this.#keep(key, one);
      }
      for (const gpu of one.part.facts.cards.keys()) known.add(gpu);
      all.push(one);
      if (performance.now() - turnStart < TURN_MS) continue;
      await new Promise(setImmediate);
      turnStart = performance.now();
    }
    for (const [at, { query, signature }] of blocks.entries())
      if (!fits(all[at]!, known)) all[at] = await this.#make(query, groupBy, known, signature);
    return joinReport(
      all.map((one) => one.part),
      groupBy,
    );
  }

  async #make(query: RollupQuery, groupBy: Grouping, known: Set<string>, signature = ""): Promise<Kept> {
    const rows = await this.store.queryRollups(query);
    const own = new Set<string>();
    for (const { kind, dimensions } of rows) if (kind === "gpu") own.add(dimensions.gpu ?? "");
    for (const gpu of own) known.add(gpu);
    const foreign = new Map<string, boolean>();
    for (const { kind, dimensions } of rows)
      if (kind === "token" && dimensions.gpu && !own.has(dimensions.gpu))
        foreign.set(dimensions.gpu, known.has(dimensions.gpu));
    return { signature, part: reportPart(rows, groupBy, known), foreign };
  }

  #get(key: string, signature: string): Kept | undefined {
    const one = this.#kept.get(key);
    if (one === undefined) return undefined;
    this.#drop(key, one);
    if (one.signature !== signature) return undefined;
    this.#keep(key, one);
    return one;
  }

  #keep(key: string, one: Kept): void {
    this.#kept.set(key, one);
    this.#groups += sizeOf(one);
    for (const [oldest, old] of this.#kept) {
      if (this.#groups <= this.maxGroups) return;
      this.#drop(oldest, old);
    }
  }

  #drop(key: string, one: Kept): void {
    if (this.#kept.delete(key)) this.#groups -= sizeOf(one);
  }
}

const sizeOf = ({ part }: Kept): number => part.groups.size + 1;

/** Which GPUs have readings in the window may decide where the tokens of a part ran. */
const fits = ({ foreign }: Kept, known: ReadonlySet<string>): boolean =>
  [...foreign].every(([gpu, wasKnown]) => known.has(gpu) === wasKnown);
