import { startCa3 } from "../helpers/cli.ts";

export type RunningUp = {
  readonly url: string;
  readonly notes: () => string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ code: number | null; notes: string }>;
};

/** Starts `ca3 up` and resolves when it says where it listens; rejects with what it said when it ends before. */
export async function runUp(args: readonly string[], env: Record<string, string> = {}): Promise<RunningUp> {
  const child = startCa3(["up", "--port", "0", ...args], { env });
  let notes = "";
  const open = Promise.withResolvers<string>();
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) {
      notes += decoder.decode(chunk, { stream: true });
      const url = /^open: +(\S+)$/m.exec(notes)?.[1];
      if (url) open.resolve(url);
    }
  })();
  const ended = Promise.all([child.exited, reading]).then(() => ({ code: child.exitCode, notes }));
  ended.then(() => open.reject(new Error(`ended before it listened:\n${notes}`)));
  const url = await open.promise;
  return { url, notes: () => notes, kill: (signal) => child.kill(signal), ended };
}
