import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKafkaLog } from "../../../../src/eventlog/kafka.ts";
import type { EventLog } from "../../../../src/eventlog/port.ts";
import { topicSpecs, topicsOf } from "../../../../src/processor/rules.ts";
import { openMongoStore } from "../../../../src/store/mongo.ts";
import type { TelemetryStore } from "../../../../src/store/port.ts";
import { kafkaEnv, quickTuning } from "../../../kafka/open.ts";
import { dice } from "../../sim/dice.ts";
import { Child, type Surprise } from "./child.ts";
import {
  type Load,
  type Names,
  type Program,
  processorProgram,
  producerProgram,
  settingsOf,
  storeUrl,
} from "./programs.ts";
import { processorSlots, producerSlots, type Stage } from "./stage.ts";
import { SuiteEvents } from "./suite-events.ts";

export type WorldOptions = {
  readonly seed: number;
  readonly program?: Program | undefined;
  /** Events per second of each producer. */
  readonly ratePerS?: number;
  /** Where what the processes print is kept; it goes with the world otherwise. */
  readonly keepLogs?: string | undefined;
};

/** By how much the clocks of the producers are wrong for as long as the world lasts, ms. */
const PRODUCER_SKEWS = [0, 120_000, -1_200_000, 0];

/** Producers, processors and their traffic on topics and a database of their own. */
export class World implements AsyncDisposable {
  readonly children = new Map<string, Child>();
  readonly #gone: Child[] = [];

  static async open(stage: Stage, options: WorldOptions): Promise<World> {
    const id = `${options.seed}-${crypto.randomUUID().slice(0, 8)}`;
    const names: Names = {
      ...{ topicGpu: `gpu.${id}`, topicToken: `token.${id}` },
      ...{ group: `group.${id}`, database: `faults_${id.replace("-", "_")}` },
    };
    const log = await openKafkaLog({ settings: kafkaEnv(stage.log.direct), tuning: quickTuning });
    const settings = settingsOf(names);
    await log.ensureTopics(topicSpecs(topicsOf(settings), settings));
    const store = await openMongoStore(storeUrl(stage.store.now.port, names), {
      retentionMs: settings.retentionMs,
    });
    return new World(stage, options, names, { log, store });
  }

  readonly folder = mkdtempSync(join(tmpdir(), "ca3-faults-"));
  readonly suite: SuiteEvents;

  private constructor(
    readonly stage: Stage,
    readonly options: WorldOptions,
    readonly names: Names,
    /** Past all proxies. */
    readonly direct: { readonly log: EventLog; readonly store: TelemetryStore },
  ) {
    this.suite = new SuiteEvents(direct.log, names, dice(options.seed));
    for (const slot of processorSlots) this.startProcessor(slot);
    for (const slot of producerSlots) this.startProducer(slot);
  }

  get surprises(): readonly Surprise[] {
    return [...this.#gone, ...this.children.values()].flatMap(({ surprises }) => surprises);
  }
  get starts(): number {
    return [...this.#gone, ...this.children.values()].reduce((sum, { starts }) => sum + starts, 0);
  }

  startProcessor(slot: string): Child {
    return this.#start(slot, processorProgram(this.stage, this.names, slot, this.options.program ?? {}));
  }
  startProducer(slot: string): Child {
    return this.#start(slot, this.#producer(slot, this.loadOf(slot)), skewEnv(this.producerSkewMs(slot)));
  }
  /** A second producer with the identity of the first, from what that one has written down so far. */
  startTwin(slot: string, of: string): Child {
    const load = { ...this.loadOf(of), folder: join(this.folder, `${slot}-${crypto.randomUUID()}`) };
    cpSync(this.loadOf(of).folder, load.folder, {
      recursive: true,
      filter: (path) => !path.endsWith(".lock"),
    });
    return this.#start(slot, this.#producer(slot, load), skewEnv(this.producerSkewMs(of)));
  }
  /** Takes a guest away. */
  forget(child: Child): void {
    this.children.delete(child.name);
    this.#gone.push(child);
  }

  producerSkewMs(slot: string): number {
    const at = (producerSlots as readonly string[]).indexOf(slot);
    return PRODUCER_SKEWS[(this.options.seed + at) % PRODUCER_SKEWS.length]!;
  }
  loadOf(slot: string): Load {
    const folder = join(this.folder, slot);
    mkdirSync(folder, { recursive: true });
    const { seed, ratePerS = 40 } = this.options;
    return { host: `host-${slot}`, seed: seed + 1, ratePerS, folder };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.children.values()].map((child) => child.end()));
    await Promise.all([this.direct.log.close(), this.direct.store.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #producer(slot: string, load: Load) {
    return producerProgram(this.stage, this.names, slot, load, this.options.program ?? {});
  }
  #start(slot: string, program: Omit<ConstructorParameters<typeof Child>[0], "logPath">, env = {}): Child {
    const logPath = join(this.options.keepLogs ?? this.folder, `${slot}.log`);
    const child = new Child({ ...program, env: { ...program.env, ...env }, logPath });
    this.children.set(slot, child);
    return child;
  }
}

export const skewEnv = (skewMs: number): Record<string, string> => ({ CA3_FAULT_SKEW_MS: String(skewMs) });
