import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostArch } from "../../scripts/image/base.ts";
import { command } from "../services/cache.ts";
import { kafkaRecipe, makeArchive, mongoRecipe } from "./kit/images/archives.ts";
import { CA3_IMAGE, KAFKA_IMAGE, MONGO_IMAGE } from "./kit/images/names.ts";
import { type ClusterNode, startNode } from "./kit/node/node.ts";
import { type Running, runProgram, startProgram } from "./program.ts";

export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** A node with all images, and the executable in a folder with its settings, as a person has it. */
export type Stage = AsyncDisposable & {
  readonly node: ClusterNode;
  readonly folder: string;
  /** The executable, the folder it is run in and its environment. */
  readonly program: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes `ca3.yaml`: what every test of the cluster needs, and this. */
  settings(more?: SettingsOf): void;
  /** Runs the executable to its end. */
  ca3(line: string): Promise<Ended>;
  /** Starts it, for what goes on until it is told to end. */
  start(line: string): Running;
};

type SettingsOf = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const root = join(import.meta.dir, "../..");

/** Everything that ca3 deploys, small, from the images of the tests; without what has to be fetched. */
const BASE: SettingsOf = {
  deploy: {
    profile: "small",
    image: CA3_IMAGE,
    imagePullPolicy: "Never",
    kafka: { image: KAFKA_IMAGE },
    mongo: { image: MONGO_IMAGE },
  },
  producer: { rate: 20 },
};

export async function startStage(): Promise<Stage> {
  const node = await startNode();
  const folder = mkdtempSync(join(tmpdir(), "ca3-stage-"));
  const end = async () => {
    await node[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const archives = join(folder, "archives");
    mkdirSync(archives);
    await command(
      [process.execPath, join(root, "scripts/image.ts"), "--out", join(archives, "ca3.tar")],
      root,
    );
    const program = join(folder, "ca3");
    copyFileSync(join(root, `dist/image/ca3-${hostArch}`), program);
    await node.load([
      join(archives, "ca3.tar"),
      await makeArchive(archives, kafkaRecipe),
      await makeArchive(archives, mongoRecipe),
    ]);
    rmSync(archives, { recursive: true });
    const home = join(folder, "home");
    mkdirSync(home);
    const env = { HOME: home, PATH: process.env.PATH, KUBECONFIG: node.kubeconfig };
    const around = { cwd: home, env };
    const words = (line: string) => [program, ...line.split(" ").filter(Boolean)];
    return {
      ...{ node, folder, program, home, env },
      settings(more = {}) {
        const sections = new Set([...Object.keys(BASE), ...Object.keys(more)]);
        const all = [...sections].map((name) => [name, { ...BASE[name], ...more[name] }]);
        writeFileSync(join(home, "ca3.yaml"), JSON.stringify(Object.fromEntries(all)));
      },
      ca3: (line) => runProgram(words(line), around),
      start: (line) => startProgram(words(line), around),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
