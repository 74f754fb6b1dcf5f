import { formatCount, formatDuration } from "../../support/format.ts";
import type { Finding, Problem } from "../check.ts";
import { type Metric, metricsText, metricText, wantedBy } from "./autoscaler.ts";
import type { Course } from "./course.ts";
import type { Manners } from "./manners.ts";
import type { Replicas, Seen } from "./watch.ts";

const METRICS = "ca3 verify explain cluster.metrics-api";

const fail = (message: string, want: string, hint: string): Problem => ({
  ...{ severity: "fail", message, want, hint },
});

/** Why nothing was sent: nothing could have been learnt of it. `look` shows the autoscaler. Pure. */
export function beforeFinding(
  seen: Seen,
  atRest: boolean,
  manners: Manners,
  look: string,
): Finding<never> | undefined {
  const { desired, ready, max, trouble } = seen;
  const stop = (message: string, want: string, hint: string): Finding<never> => ({
    problems: [fail(message, want, hint)],
  });
  if (trouble !== undefined) return stop(`the autoscaler can do nothing: ${trouble}`, "metrics", METRICS);
  if (desired >= max)
    return stop(
      `${desired} processors are wanted already, and ${max} are the most`,
      `fewer than ${max} before anything is sent`,
      "try again when there is less load, or raise deploy.processor.max",
    );
  if (manners.stepsDownMs(max, desired) === undefined)
    return stop(
      "the autoscaler takes no processor away again: the policies of its scaleDown do not let it",
      "a way back",
      `change spec.behavior.scaleDown: ${look}`,
    );
  if (!atRest)
    return stop(
      `the number of processors is about to change by itself: ${desired} wanted, ${ready} ready; ${metricsText(seen.metrics)}`,
      "as many ready as wanted before anything is sent",
      ready < desired ? "ca3 status" : look,
    );
  return undefined;
}

/** What a course says about the autoscaler and the processors. `look` shows the autoscaler. Pure. */
export function courseFinding(course: Course, look: string): Finding<Course> {
  const { before, most, after, behind, events, counted, stored, limits, drainedMs, backMs } = course;
  const out = most.desired > before.desired;
  const counts = `${formatCount(counted)} events are counted`;
  const once = `${formatCount(events)}, each once`;
  const problems = [
    ...(out ? [] : [notWanted(course, look)]),
    ...(out && most.ready <= before.ready
      ? [
          fail(
            `${most.desired} processors were wanted, and ${most.ready} were ready within ${formatDuration(limits.outMs)}`,
            `more than ${before.ready} ready ones`,
            "ca3 status",
          ),
        ]
      : []),
    ...(drainedMs === undefined
      ? [
          fail(
            `${formatCount(behind)} records are not processed ${formatDuration(limits.drainMs)} after the last was sent`,
            "no lag",
            "ca3 status; more time: verify.settle",
          ),
        ]
      : []),
    ...(counted < events && drainedMs !== undefined
      ? [fail(counts, once, "ca3 dlq list, then ca3 help errors CA3_BUG")]
      : []),
    ...(counted > events
      ? [fail(counts, once, "does another ca3 verify run? else ca3 help errors CA3_BUG")]
      : []),
    ...(stored !== undefined && stored !== events && drainedMs !== undefined
      ? [fail(`${formatCount(stored)} of the events are in the store`, once, "ca3 dlq list")]
      : []),
    ...(out && backMs === undefined ? [notBack(before, after, limits.backMs, look)] : []),
  ];
  return { summary: summaryOf(course), problems, data: course };
}

function summaryOf(course: Course): string {
  const { before, most, after, sent, mostWaiting, events, counted, stored } = course;
  const { wantedMs, readyMs, drainedMs, backMs } = course;
  const time = (ms: number | undefined, word: string) =>
    ms === undefined ? "" : ` ${word} ${formatDuration(ms)}`;
  return [
    `${before.desired} → ${most.desired} processors wanted${time(wantedMs, "after")}, ${most.ready} ready${time(readyMs, "after")}`,
    `${formatCount(sent)} records, at most ${formatCount(mostWaiting)} waiting${time(drainedMs, "and none")}${drainedMs === undefined ? "" : " after the last"}`,
    `${formatCount(counted)} of ${formatCount(events)} events counted${stored === undefined ? "" : `, ${formatCount(stored)} stored`}`,
    ...(backMs === undefined
      ? []
      : [`${after.desired} wanted and ${after.ready} ready again after ${formatDuration(backMs)}`]),
  ].join("; ");
}

/** Why no more were wanted, as far as it can be seen from outside. */
function notWanted(course: Course, look: string): Problem {
  const { before, after, peaks, sent, sentMs, outrun, limits } = course;
  const stay = `${before.desired} of ${after.max} processors stay wanted under ${formatCount(sent)} records in ${formatDuration(sentMs)}`;
  const want = `more than ${before.desired}`;
  if (after.trouble !== undefined) return fail(`${stay}: ${after.trouble}`, want, METRICS);
  if (peaks.length > 0 && peaks.every(({ now }) => now === undefined))
    return fail(`${stay}: nobody has measured ${peaks.map(({ name }) => name).join(", ")}`, want, METRICS);
  const over = peaks.filter((peak) => (wantedBy(peak, before.desired) ?? 0) > before.desired);
  if (over.length > 0)
    return fail(
      `${stay}, with ${over.map(metricText).join(", ")} at the most${saying(after)}`,
      want,
      `more time for the autoscaler to believe it: verify.burst, now ${formatDuration(limits.outMs)} in all; ${look}`,
    );
  const seen = `${stay}, with ${metricsText(peaks)} at the most`;
  const rate = `${formatCount((1000 * sent) / Math.max(1, sentMs))} records/s`;
  return outrun
    ? fail(
        `${seen}: the processors do ${rate}, as fast as they can be sent from here`,
        want,
        "lower deploy.processor.cpuRequest, by which use is measured, or send from nearer",
      )
    : fail(
        `${seen}: records wait, and the processors do not compute but wait as well`,
        want,
        "look at the load of MongoDB and of the nodes: ca3 kubectl -- top pods -A; or scale by lag: deploy.processor.scaling",
      );
}

const saying = ({ holds }: Seen): string => (holds === undefined ? "" : `; the autoscaler says: ${holds}`);

/** What calls for more than before when nothing is sent any longer. */
function notBack(before: Replicas, after: Seen, limitMs: number, look: string): Problem {
  const message = `${after.desired} processors are wanted and ${after.ready} ready still, ${formatDuration(limitMs)} after all was processed`;
  const holding = after.metrics.filter((one) => (wantedBy(one, after.current) ?? 0) > before.desired);
  return fail(
    `${message}${holding.length === 0 ? "" : `: ${holding.map(metricText).join(", ")}`}${saying(after)}`,
    `${before.desired} again`,
    holding.map((one) => hintFor(one, before)).find((hint) => hint !== undefined) ?? look,
  );
}

/** What a setting would have to be for the last of the additional processors to go. */
function hintFor({ name, percent, target, now = 0 }: Metric, { desired }: Replicas): string | undefined {
  const setting = { cpu: "deploy.processor.cpuRequest", memory: "deploy.processor.memoryRequest" }[name];
  if (!percent || setting === undefined) return undefined;
  const times = ((now / target) * (desired + 1)) / Math.max(1, desired);
  return `raise ${setting}, by which it is measured, more than ${times.toFixed(1)} times, or look what keeps them busy: ca3 logs processor`;
}
