import { metricsOf, type Sample, sumOf } from "../exposition.ts";
import type { Answer, ProbesOf, Subject } from "../subject.ts";
import { notNamed, type Probe } from "../subject.ts";
import { type Api, jsonFrom } from "../web-api.ts";

/** What the objectives rest on; a histogram shows as its count. */
const SLI_METRICS = [
  ...["http_requests_total", "http_request_duration_seconds_count", "event_store_delay_seconds_count"],
  ...["processor_consumer_lag", "processor_mongo_write_total"],
];
const WRITES = "processor_mongo_write_total";
const WINDOW_MS = 2_000;

/** The service that stores and answers. */
export function processorProbes({ api, clock }: Subject): ProbesOf<"processor"> {
  const onApi = (probe: (found: Api, signal: AbortSignal) => Promise<Answer>): Probe =>
    api === undefined
      ? async () => notNamed("API", "add --api http://host:8080")
      : (signal) => probe(api, signal);
  return {
    "processor.health": onApi(async (found, signal) => {
      const answer = (await jsonFrom(found, "/health", signal)) as { status?: unknown } | null;
      return answer?.status === "ok" ? undefined : `${found.where}/health does not say ok`;
    }),
    "processor.ready": onApi(async (found, signal) => {
      const { status, text } = await found.get("/ready", signal);
      return readyFinding(status, text);
    }),
    "processor.metrics": onApi(async (found, signal) => {
      const samples = await metricsOf(found, signal);
      const missing = SLI_METRICS.filter((name) => sumOf(samples, name) === undefined);
      const hint = "a metric shows from its first use on: is anything stored, and did anybody ask the API?";
      return {
        summary: `${samples.length} samples`,
        problems: missing.map((name) => ({ severity: "fail", message: `there is no ${name}`, hint })),
      };
    }),
    "processor.writes": onApi(async (found, signal) => {
      const before = await metricsOf(found, signal);
      await clock.sleep(WINDOW_MS, signal);
      return writesFinding(before, await metricsOf(found, signal));
    }),
  };
}

/** What `/ready` says. Pure. */
export function readyFinding(status: number, text: string): Answer {
  let checks: readonly { name?: string; ok?: boolean; detail?: string }[] | undefined;
  try {
    checks = (JSON.parse(text) as { checks?: typeof checks }).checks;
  } catch {}
  if (!Array.isArray(checks) || checks.length === 0)
    return `/ready answers ${status} and names no condition: ${text.slice(0, 200)}`;
  const bad = checks.filter(({ ok }) => ok !== true);
  if (status !== 200 && bad.length === 0) return `/ready answers ${status}`;
  return {
    summary: checks.map(({ name }) => name).join(", "),
    problems: bad.map(({ name, detail }) => ({
      ...{ severity: "fail", message: `${name}: ${detail}`, want: `${name} is well` },
      hint: "look at its log: ca3 logs, or where ca3 up runs",
    })),
  };
}

/** Whether writes fail now, or have failed. Pure. */
export function writesFinding(before: readonly Sample[], after: readonly Sample[]): Answer {
  const total = sumOf(after, WRITES);
  if (total === undefined) return `there is no ${WRITES}`;
  if (total === 0) return { skipped: "nothing was written since the processor started" };
  const errors = sumOf(after, WRITES, { result: "error" }) ?? 0;
  const rise = errors - (sumOf(before, WRITES, { result: "error" }) ?? 0);
  const hint = "look at the processor's log for the reason: ca3 logs";
  const summary = `${total - errors} writes, ${errors} errors`;
  if (rise > 0)
    return {
      summary,
      problems: [
        { severity: "fail", message: `${rise} writes failed in ${WINDOW_MS / 1000} s`, want: "none", hint },
      ],
    };
  if (errors > 0)
    return {
      summary,
      problems: [
        { severity: "warn", message: `${errors} writes have failed since it started`, want: "none", hint },
      ],
    };
  return { summary };
}
