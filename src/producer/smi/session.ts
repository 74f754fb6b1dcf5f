import type { Clock } from "../../support/clock.ts";
import type { SmiFailure } from "./failure.ts";
import { explainExit, refusedField } from "./failure.ts";
import type { FieldPlan } from "./fields.ts";
import { planFields } from "./fields.ts";
import type { Listing } from "./listing.ts";
import type { SmiProgram } from "./program.ts";
import { SmiTrouble } from "./program.ts";

export type SessionOptions = {
  readonly program: SmiProgram;
  readonly clock: Clock;
  readonly pollMs: number;
  /** How long the first row may take. */
  readonly startMs: number;
  /** How long each further row may take. */
  readonly stallMs: number;
  /** How often the MIG instances are listed again. */
  readonly listEveryMs: number;
  /** Fields that an earlier session was refused. */
  readonly refused: ReadonlySet<string>;
};

export type SessionHooks = {
  /** Rows with these columns come next. */
  begun(plan: FieldPlan, listing: Listing): void;
  /** A line arrived; true when it was a row that could be read. */
  line(text: string): boolean;
  /** Some card has MIG, so that its instances have to be listed again from time to time. */
  isDivided(): boolean;
  listed(listing: Listing): void;
};

/** Why a session ended, and a field to leave out in the next one. */
export type SessionEnd = SmiFailure & { readonly refused?: string };

/** Enough of what it prints besides rows to name a failure. */
const MOST_TALK = 4_000;

/**
 * One life of nvidia-smi: asks what it has, starts it and hands over its lines until it ends, stalls or `signal` aborts.
 * Never rejects: whatever goes wrong is named in the answer.
 */
export async function runSession(
  options: SessionOptions,
  hooks: SessionHooks,
  signal: AbortSignal,
): Promise<SessionEnd> {
  const { program, clock } = options;
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  try {
    const fields = await program.fields(stop);
    const plan = planFields(new Set([...fields].filter((name) => !options.refused.has(name))));
    const listing = await listOrNothing(program, stop);
    if (stop.aborted) return stopped;
    hooks.begun(plan, listing);
    const running = program.watch(plan.query, options.pollMs, stop);
    let rows = 0;
    let talk = "";
    let lastMs = clock.now();
    let stalled: SmiFailure | undefined;
    const watch = watchdog(clock, stop, () => {
      const limitMs = rows === 0 ? options.startMs : options.stallMs;
      const leftMs = lastMs + limitMs - clock.now();
      // The first row may come any time, and from then on the shorter limit counts.
      if (leftMs > 0 && leftMs <= limitMs) return Math.min(leftMs, options.stallMs);
      if (leftMs > limitMs) {
        // The clock was set back.
        lastMs = clock.now();
        return options.stallMs;
      }
      stalled = stallOf(rows, limitMs);
      running.kill();
      return undefined;
    });
    const listAgain = relist(options, hooks, stop);
    for await (const line of running.lines) {
      if (hooks.line(line)) {
        rows += 1;
        lastMs = clock.now();
      } else talk = `${talk}${line}\n`.slice(-MOST_TALK);
    }
    const exit = await running.exited;
    over.abort();
    await Promise.all([watch, listAgain]);
    if (signal.aborted) return stopped;
    const said = `${talk}\n${running.stderr()}`;
    if (stalled)
      return talk.trim() === "" ? stalled : { ...stalled, message: `${stalled.message}: ${tail(talk)}` };
    const refused = refusedField(said);
    return { ...explainExit(exit, said), ...(refused === undefined ? {} : { refused }) };
  } catch (error) {
    if (signal.aborted) return stopped;
    if (error instanceof SmiTrouble) return error.failure;
    throw error;
  } finally {
    over.abort();
  }
}

const stopped: SessionEnd = { reason: "exited", message: "it was stopped" };

const tail = (talk: string): string => talk.trim().split("\n").at(-1)!.slice(0, 200);

const stallOf = (rows: number, limitMs: number): SmiFailure =>
  rows === 0
    ? {
        reason: "slow_start",
        message: `nvidia-smi printed no reading within ${limitMs / 1000} s`,
        hint: "look whether the driver hangs (dmesg), or wait longer with --smi-timeout",
      }
    : { reason: "stalled", message: `nvidia-smi printed nothing for ${limitMs / 1000} s and was killed` };

/** How long a process that was busy gets to look at rows that wait for it, before they are missed. */
const SECOND_LOOK_MS = 100;

/** Looks again after the time that `look` answers with, until it answers with none. */
async function watchdog(clock: Clock, stop: AbortSignal, look: () => number | undefined): Promise<void> {
  for (let waitMs = look(); waitMs !== undefined && !stop.aborted; ) {
    await clock.sleep(waitMs, stop);
    if (stop.aborted) return;
    await clock.sleep(SECOND_LOOK_MS, stop);
    if (!stop.aborted) waitMs = look();
  }
}

/** Where one card of many does not answer, the list may fail as a whole, and the readings still tell of the others. */
async function listOrNothing(program: SmiProgram, stop: AbortSignal): Promise<Listing> {
  try {
    return await program.list(stop);
  } catch (error) {
    if (error instanceof SmiTrouble) return { gpus: [], remarks: [error.message] };
    throw error;
  }
}

async function relist(options: SessionOptions, hooks: SessionHooks, stop: AbortSignal): Promise<void> {
  const { program, clock, listEveryMs } = options;
  while (!stop.aborted) {
    await clock.sleep(listEveryMs, stop);
    if (stop.aborted || !hooks.isDivided()) continue;
    try {
      hooks.listed(await program.list(stop));
    } catch (error) {
      // What was listed before stands; the readings themselves say when nvidia-smi is in trouble.
      if (!(error instanceof SmiTrouble)) throw error;
    }
  }
}
