import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import { Ca3Error } from "../../support/errors.ts";
import type { Program } from "../../support/exec.ts";
import { runProgramToEnd, startProgram } from "../../support/exec.ts";
import type { SmiFailure } from "./failure.ts";
import { explainExit, INSTALL_HINT } from "./failure.ts";
import { parseFields } from "./fields.ts";
import type { Listing } from "./listing.ts";
import { parseListing } from "./listing.ts";

/** nvidia-smi could not be asked. */
export class SmiTrouble extends Error {
  constructor(readonly failure: SmiFailure) {
    super(failure.message);
    this.name = "SmiTrouble";
  }
}

/** The questions that nvidia-smi is asked. */
export type SmiProgram = {
  /** Names of the fields it has. Rejects with SmiTrouble. */
  fields(signal?: AbortSignal): Promise<ReadonlySet<string>>;
  /** The GPUs and their MIG instances. Rejects with SmiTrouble when it cannot tell any. */
  list(signal?: AbortSignal): Promise<Listing>;
  /** One row for each GPU. Rejects with SmiTrouble. */
  once(query: readonly string[], signal?: AbortSignal): Promise<readonly string[]>;
  /** Prints rows every `everyMs` until it is killed. */
  watch(query: readonly string[], everyMs: number, signal?: AbortSignal): Program;
};

/**
 * The path of nvidia-smi from a name or a path. Throws CA3_SOURCE when there is none or it may not be run.
 *
 * @param path name to look for among the commands, or a path, relative to `cwd`
 */
export function findSmi(path: string, cwd = "."): string {
  if (!path.includes("/")) {
    const found = Bun.which(path);
    if (found !== null) return found;
    throw new Ca3Error("CA3_SOURCE", `there is no ${path} on this machine`, { hint: INSTALL_HINT });
  }
  const full = resolve(cwd, path);
  const info = statSync(full, { throwIfNoEntry: false });
  if (info === undefined) throw new Ca3Error("CA3_SOURCE", `there is no ${full}`, { hint: INSTALL_HINT });
  if (!info.isFile())
    throw new Ca3Error("CA3_SOURCE", `${full} is not a program`, { hint: "name nvidia-smi with --smi-path" });
  try {
    accessSync(full, constants.X_OK);
  } catch (cause) {
    throw new Ca3Error("CA3_SOURCE", `${full} may not be run by this user`, {
      hint: `chmod +x ${full}`,
      cause,
    });
  }
  return full;
}

/** It prints local time; with this zone that is UTC. */
const env = { TZ: "UTC0" };

/** @param timeoutMs how long an answer may take; the driver may have to wake up all cards first */
export function smiProgram(path: string, timeoutMs: number): SmiProgram {
  const ask = async (words: readonly string[], signal?: AbortSignal): Promise<string> => {
    const options = { timeoutMs, env, ...(signal ? { signal } : {}) };
    const { stdout, stderr, timedOut, tooMuch, ...exit } = await runProgramToEnd([path, ...words], options);
    if (timedOut)
      throw new SmiTrouble({
        reason: "slow_start",
        message: `${path} ${words[0]} gave no answer within ${timeoutMs / 1000} s`,
        hint: "look whether the driver hangs (dmesg), or wait longer with --smi-timeout",
      });
    if (tooMuch) throw new SmiTrouble(notSmi(path, "it prints without end"));
    if (exit.code !== 0) throw new SmiTrouble(explainExit(exit, `${stdout}\n${stderr}`));
    return stdout;
  };
  return {
    fields: async (signal) => {
      const help = await ask(["--help-query-gpu"], signal);
      const fields = parseFields(help);
      if (fields.size === 0)
        throw new SmiTrouble(notSmi(path, `it begins with ${JSON.stringify(help.trim().slice(0, 60))}`));
      return fields;
    },
    list: async (signal) => {
      const listing = parseListing(await ask(["-L"], signal));
      if (listing.gpus.length === 0)
        throw new SmiTrouble(
          explainExit({ code: 6, signal: undefined }, listing.remarks.join(" ") || "No devices were found"),
        );
      return listing;
    },
    once: async (query, signal) => {
      const text = await ask([`--query-gpu=${query.join(",")}`, FORMAT], signal);
      return text.split("\n").filter((line) => line.trim() !== "");
    },
    watch: (query, everyMs, signal) => {
      const words = [path, `--query-gpu=${query.join(",")}`, FORMAT, "-lms", String(everyMs)];
      return startProgram(words, { env, ...(signal ? { signal } : {}) });
    },
  };
}

const FORMAT = "--format=csv,noheader,nounits";

const notSmi = (path: string, found: string): SmiFailure => ({
  reason: "not_nvidia_smi",
  message: `${path} is not nvidia-smi: ${found}`,
  hint: "name the right program with --smi-path",
});
