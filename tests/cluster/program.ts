type Around = { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> };

/** A program that runs until it is told to end. */
export type Running = AsyncDisposable & {
  /** The first line on stdout that matches, once there is one. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** What it printed so far. */
  out(): string;
  /** What it said beside that. */
  notes(): string;
  /** Ends it as Ctrl-C does. */
  interrupt(): Promise<number>;
};

export function startProgram(words: readonly string[], { cwd, env }: Around): Running {
  const child = Bun.spawn([...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  const reading = Promise.all([
    (async () => {
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) out += chunk;
    })(),
    (async () => {
      for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) err += chunk;
    })(),
  ]);
  return {
    out: () => out,
    notes: () => err,
    async line(pattern) {
      for (;;) {
        const found = pattern.exec(out);
        if (found !== null) return found;
        if (child.exitCode !== null) throw new Error(`${words.join(" ")} ended:\n${out}\n${err}`);
        await Bun.sleep(20);
      }
    },
    async interrupt() {
      child.kill("SIGINT");
      await reading;
      return child.exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

export async function runProgram(words: readonly string[], { cwd, env }: Around) {
  const child = Bun.spawn([...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}
