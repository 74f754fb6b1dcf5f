/** A thread of this process that talks in plain data. */
export type Thread<Told, Heard> = {
  tell(message: Told): void;
  /** `died` is called when the thread ends by itself, or fails in a way that nobody caught. */
  listen(hear: (message: Heard) => void, died: (error: Error) => void): void;
  /** Ends the thread wherever it is. Idempotent. */
  close(): void;
};

export type ThreadProgram = {
  /** The file as it lies among the sources. */
  readonly source: URL;
  /** The same inside the executable: its path below `src`, without the ending. The build must know it. */
  readonly built: string;
};

/** Starts a thread that runs a program of its own. */
export function openThread<Told, Heard>({ source, built }: ThreadProgram): Thread<Told, Heard> {
  const worker = new Worker(isInside(import.meta.url) ? `./${built}.ts` : source.href, { smol: true });
  let open = true;
  return {
    tell: (message) => worker.postMessage(message),
    listen(hear, died) {
      worker.onmessage = ({ data }: MessageEvent<Heard>) => hear(data);
      worker.onerror = ({ message }) => died(new Error(`a thread failed: ${message}`));
      worker.addEventListener("close", () => {
        if (open) died(new Error(`the thread ${built} ended by itself`));
      });
    },
    close() {
      if (open) worker.terminate();
      open = false;
    },
  };
}

/** Whether a module is part of an executable. */
const isInside = (url: string): boolean => url.includes("/$bunfs/") || url.includes("/~BUN/");
