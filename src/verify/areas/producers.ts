import { metricsOf, sumOf } from "../exposition.ts";
import type { ProbesOf, Subject } from "../subject.ts";
import { notNamed } from "../subject.ts";

const WINDOW_MS = 3_000;

/** Whether somebody sends events. Our own are taken off. */
export function producerProbes(subject: Subject): ProbesOf<"producers"> {
  const { log, api, clock, own, wanted } = subject;
  const count = async (signal: AbortSignal): Promise<number> => {
    if (log !== undefined) {
      const lags = await (await log()).lag(wanted.group, Object.values(wanted.topics));
      return lags.reduce((sum, { endOffset }) => sum + endOffset, 0);
    }
    const samples = await metricsOf(api!, signal);
    return sumOf(samples, "processor_records_consumed_total") ?? 0;
  };
  return {
    "producers.sending": async (signal) => {
      if (log === undefined && api === undefined)
        return notNamed("log and no API", "add --kafka, --data or --api");
      const ownBefore = own.records;
      const before = await count(signal);
      const startMs = clock.now();
      await clock.sleep(WINDOW_MS, signal);
      const after = await count(signal);
      const seconds = (clock.now() - startMs) / 1000;
      const came = after - before - (own.records - ownBefore);
      if (came > 0) return { summary: `${Math.round(came / seconds)} records/s` };
      const message = `no record came in ${Math.round(seconds)} s`;
      const hint = "start a producer, or look at its sources: ca3 doctor sources";
      return { problems: [{ severity: "fail", message, want: "at least one", hint }] };
    },
  };
}
