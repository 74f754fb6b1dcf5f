/**
 * Kafka to MongoDB side by side, in one run on one machine:
 *   npm run bench:pipeline -- [--rounds 5] [--events 400000] [--gpus 64] [--delay 15] [--apart] [--only processor,insert]
 * Rounds alternate, because machines are shared; medians count. It starts a real broker, and a server that speaks
 * MongoDB's protocol over the storage engine MongoDB uses, but is not mongod, and does not sync on every commit.
 * With --apart the server has the last core to itself and everybody else shares the others, as where it has a machine.
 * A quick look: --rounds 1 --events 100000 --delay 5 --only insert,processor
 */
import { parseArgs } from "node:util";
import { BACKLOG, type Outcome, rows } from "./pipeline/rows.ts";
import { openStage } from "./pipeline/stage.ts";
import { cpuPerMillion, rateOf, table } from "./pipeline/table.ts";
import { Cluster, records } from "./pipeline/workload.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    events: { type: "string", default: "400000" },
    gpus: { type: "string", default: "64" },
    delay: { type: "string", default: "15" },
    apart: { type: "boolean", default: false },
    only: { type: "string", default: Object.keys(rows).join() },
  },
});
const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`expected a whole number, got ${text}`);
  return value;
};
const [rounds, events, gpus] = [whole(values.rounds), whole(values.events), whole(values.gpus)];
const load = { events, gpus, delaySeconds: whole(values.delay) };
const chosen = values.only.split(",").map((name) => {
  const row = rows[name];
  if (!row) throw new Error(`--only ${name}: there are ${Object.keys(rows).join(", ")}`);
  return row;
});

await using stage = await openStage();
if (values.apart) await stage.apart();
let batch = [];
for (const record of records(new Cluster(gpus, "backlog"), events, await stage.topics(BACKLOG))) {
  batch.push(record);
  if (batch.length < 2_000) continue;
  await stage.log.append(batch);
  batch = [];
}
if (batch.length > 0) await stage.log.append(batch);

const results = new Map<string, Outcome[]>();
for (let round = 1; round <= rounds; round++)
  for (const row of chosen) {
    const outcome = await row.run(stage, load);
    results.set(row.name, [...(results.get(row.name) ?? []), outcome]);
    const rate = Math.round(rateOf(outcome)).toLocaleString("en");
    const p99 = outcome.p99S === undefined ? "" : `, p99 ${outcome.p99S.toFixed(2)} s`;
    process.stderr.write(
      `${round} ${row.name}: ${rate}/s, ${cpuPerMillion(outcome).toFixed(1)} CPU s/M, ${outcome.peakMb.toFixed(0)} MB${p99}\n`,
    );
  }
const medians = `medians of ${rounds}, ${events.toLocaleString("en")} events of ${gpus} GPUs${values.apart ? ", the server on a core of its own" : ""}`;
process.stdout.write(`${medians}\n\n${table(results, rows["insert"]!.name)}\n`);
