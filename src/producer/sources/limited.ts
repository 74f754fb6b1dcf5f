import type { EventSource } from "../source.ts";

type Progress = { readonly given: number; readonly inner?: string };

/**
 * The first `count` events of a source, counted over all starts of its run.
 *
 * What is acknowledged is passed on only when the source is asked for its next batch. Otherwise the source could have
 * put together what is kept ahead of a batch before, and `inLog` be read after it: the two would disagree about which
 * events are in the log, and the next start would leave out as many.
 */
export function limited(source: EventSource, count: number): EventSource {
  let inLog = 0;
  let newest: string | undefined;
  const passOn = (): void => {
    const { given, inner } = readProgress(newest);
    if (inner === undefined) return;
    inLog = given;
    source.acknowledged?.(inner);
    newest = undefined;
  };
  return {
    ...source,
    acknowledged: (checkpoint) => {
      newest = checkpoint;
    },
    describe: () => `${source.describe()}, the first ${count} events`,
    async *read(signal, resume) {
      const from = readProgress(resume);
      let given = from.given;
      inLog = given;
      if (given >= count) return;
      for await (const { events, checkpoint, before } of source.read(signal, from.inner)) {
        const some = events.slice(0, count - given);
        given += some.length;
        const progress: Progress = { given, inner: checkpoint };
        // What is kept ahead holds all that is not in the log yet, and gives it out again.
        const ahead: Progress | undefined =
          before === undefined ? undefined : { given: inLog, inner: before };
        yield {
          events: some,
          checkpoint: JSON.stringify(progress),
          ...(ahead === undefined ? {} : { before: JSON.stringify(ahead) }),
        };
        if (given >= count) return;
        passOn();
      }
    },
  };
}

function readProgress(text: string | undefined): Progress {
  try {
    const { given, inner } = JSON.parse(text ?? "{}") as Partial<Progress>;
    return typeof given === "number" && typeof inner === "string" ? { given, inner } : { given: 0 };
  } catch {
    return { given: 0 };
  }
}
