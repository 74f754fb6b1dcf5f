import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Topics } from "../../src/telemetry/topics.ts";
import { createSink, groupOf, TASKS, type Tuning } from "./connect/sink.ts";
import { startConnect } from "./connect/worker.ts";
import type { Reading } from "./group.ts";

const main = join(import.meta.dir, "../../src/main.ts");

/** What a program has to do: bring two topics into a database. */
export type Job = {
  readonly brokers: string;
  readonly name: string;
  readonly topics: Topics;
  readonly url: string;
};
export type Running = AsyncDisposable & Reading;

/** Programs that store what topics hold, as people start them. */
export const programs: Readonly<Record<string, (job: Job) => Promise<Running>>> = {
  "ca3 processor": startProcessor,
  "kafkajs and insertMany": startMinimal,
  "Kafka Connect": (job) => startSink(job, "default"),
  "Kafka Connect, tuned": (job) => startSink(job, "tuned"),
};

/** More words before the program, such as `--cpu-prof`, from CA3_BENCH_BUN. */
const runtime = (process.env["CA3_BENCH_BUN"] ?? "").split(" ").filter(Boolean);

async function startProcessor({ brokers, name, topics, url }: Job): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-bench-processor-"));
  const notes = join(folder, "notes");
  const child = Bun.spawn([process.execPath, ...runtime, main, "processor"], {
    cwd: folder,
    env: {
      ...process.env,
      ...{ KAFKA_BOOTSTRAP: brokers, TOPIC_METRIC: topics.gpu, TOPIC_TOKEN: topics.token },
      ...{ MONGO_URL: url, CA3_GROUP: name, CA3_DATA: join(folder, "data"), HTTP_PORT: "0" },
    },
    stdio: ["ignore", "ignore", openSync(notes, "w")],
  });
  return {
    ...{ group: name, topics: Object.values(topics), members: 1, pid: child.pid },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const code = await child.exited;
      if (code !== 0) throw new Error(`ca3 processor ended with ${code}:\n${readFileSync(notes, "utf8")}`);
      rmSync(folder, { recursive: true });
    },
  };
}

async function startMinimal({ brokers, name, topics, url }: Job): Promise<Running> {
  const script = join(import.meta.dir, "raw/minimal.ts");
  const child = Bun.spawn([process.execPath, script, brokers, name, topics.gpu, topics.token, url], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return {
    ...{ group: name, topics: Object.values(topics), members: 1, pid: child.pid },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const code = await child.exited;
      if (code !== 0) throw new Error(`${script} ended with ${code}`);
    },
  };
}

async function startSink({ brokers, name, topics, url }: Job, tuning: Tuning): Promise<Running> {
  const worker = await startConnect(brokers);
  try {
    await createSink(worker.rest, { name, topics, url }, tuning);
  } catch (error) {
    await worker[Symbol.asyncDispose]();
    throw error;
  }
  return {
    ...{ group: groupOf(name), topics: Object.values(topics), members: TASKS, pid: worker.pid },
    [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose](),
  };
}
