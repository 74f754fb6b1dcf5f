import type { ProgressEvent, Report } from "../../provision/run/progress.ts";
import type { Io } from "../io.ts";

/** Steps as lines for people on stderr, or every event as one JSON object a line on stdout. */
export function reporter(io: Io, format: "text" | "ndjson", now: () => number): Report {
  if (format === "ndjson")
    return (event) => io.out(JSON.stringify({ time: new Date(now()).toISOString(), ...event }));
  let title = "";
  return (event) => {
    const line = lineOf(event, title);
    if (event.type === "step.start") title = event.title;
    if (event.type === "step.start" || event.type === "step.progress") io.status(line);
    else {
      io.status("");
      io.note(line);
    }
  };
}

function lineOf(event: ProgressEvent, title: string): string {
  switch (event.type) {
    case "step.start":
      return `${event.title} …`;
    case "step.progress":
      return `${title} … ${event.reason}`;
    case "step.done":
      return `✓ ${title} (${seconds(event.tookMs)})`;
    case "step.failed":
      return `✗ ${title} (${seconds(event.tookMs)})`;
    case "resource.created":
      return `  + ${event.name} (${event.id})`;
    case "resource.changed":
      return `  ~ ${event.name} (${event.id})`;
    case "resource.deleted":
      return `  - ${event.name} (${event.id})`;
    case "deploy.change":
      return `  ${event.what}`;
    case "deploy.phase":
      return `  ${event.phase}: ${event.objects} ready`;
    case "check.done":
      return [`  ${event.outcome} ${event.check}`, ...event.problems].join("\n      ");
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
