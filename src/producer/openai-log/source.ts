import type { Clock } from "../../support/clock.ts";
import { formatCount } from "../../support/format.ts";
import type { Join } from "../join/join.ts";
import type { EventSource, SourcedEvent, SourceHealth, SourceMeters } from "../source.ts";
import { ESTIMATE_RULE } from "./estimate.ts";
import { requestEvent } from "./event.ts";
import { type LinePaths, readLine } from "./line.ts";
import { type LogBatch, type LogPosition, tail } from "./tail.ts";

export type OpenaiLogOptions = {
  readonly path: string;
  readonly follow: boolean;
  readonly paths: LinePaths;
  readonly host: string;
  readonly join: Join;
  readonly clock: Clock;
};

/** Responses hold whole answers; a line longer than this is none. */
const MAX_LINE_BYTES = 16 * 1024 ** 2;

/** Reads a log of responses, each line as one request. Lines that cannot be read are counted, named and left out. */
export function openaiLogSource({ path, follow, paths, host, join, clock }: OpenaiLogOptions): EventSource {
  const name = `openai-log ${path}`;
  const seen = { requests: 0, estimated: 0, untimed: 0, broken: 0, truncated: 0 };
  let meters: SourceMeters | undefined;
  let lastProblem: string | undefined;
  let lastSuccessMs: number | undefined;
  let unreadable: string | undefined;

  const broken = (where: string, problem: string): void => {
    seen.broken++;
    lastProblem = `${where}: ${problem}`;
    meters?.failed("broken_line");
  };

  const eventsOf = ({ lines, file }: LogBatch): SourcedEvent[] => {
    const events: SourcedEvent[] = [];
    for (const line of lines) {
      if (line === "too long") {
        broken("a line", `longer than ${MAX_LINE_BYTES} bytes`);
        continue;
      }
      if (line.text.trim() === "") continue;
      const outcome = readLine(line.text, paths);
      if (outcome === "part") continue;
      if ("problem" in outcome) {
        broken(`the line at byte ${formatCount(line.offset)}`, outcome.problem);
        continue;
      }
      const { request } = outcome;
      seen.requests++;
      if (request.estimated) seen.estimated++;
      if (request.times.endMs === undefined) seen.untimed++;
      join.tokens.logs(name, request.model);
      const place = { source: name, path, file, ...line };
      events.push({ kind: "token", event: requestEvent(request, place, host, clock.now(), join), dueMs: 0 });
    }
    return events;
  };

  return {
    name,
    describe: () => `${name}${follow ? ", and what is added to it" : ""}`,
    countIn: (given) => {
      meters = given;
    },
    async *read(signal, resume) {
      const batches = tail({
        ...{ path, follow, clock, signal, maxLineBytes: MAX_LINE_BYTES, resume: readPosition(resume) },
        onState: (problem) => {
          unreadable = problem;
        },
        onTruncated: () => {
          seen.truncated++;
          meters?.reset();
        },
      });
      for await (const batch of batches) {
        const events = eventsOf(batch);
        lastSuccessMs = clock.now();
        yield { events, checkpoint: JSON.stringify({ version: 1, position: batch.position }) };
      }
    },
    skippedRows: () => seen.broken,
    health: (): SourceHealth => ({
      ok: unreadable === undefined,
      detail: unreadable ?? describeSeen(seen, lastProblem),
      ...(lastSuccessMs === undefined ? {} : { lastSuccessMs }),
    }),
  };
}

type Seen = { requests: number; estimated: number; untimed: number; broken: number; truncated: number };

function describeSeen(
  { requests, estimated, untimed, broken, truncated }: Seen,
  lastProblem: string | undefined,
): string {
  return [
    `${formatCount(requests)} requests`,
    ...(estimated > 0
      ? [`${formatCount(estimated)} without usage, their tokens estimated as ${ESTIMATE_RULE}`]
      : []),
    ...(untimed > 0 ? [`${formatCount(untimed)} without a time, counted when they were read`] : []),
    ...(broken > 0 ? [`${formatCount(broken)} lines could not be read, the last one: ${lastProblem}`] : []),
    ...(truncated > 0 ? [`the file was cut off ${formatCount(truncated)} times`] : []),
  ].join("; ");
}

/** A checkpoint that cannot be read means to begin: events of lines read twice have the same ids. */
function readPosition(text: string | undefined): LogPosition | undefined {
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as { version?: unknown; position?: LogPosition };
    return kept.version === 1 && Number.isInteger(kept.position?.offset) ? kept.position : undefined;
  } catch {
    return undefined;
  }
}
