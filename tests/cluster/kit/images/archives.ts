import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { baseFiles, hostArch, withFolders } from "../../../../scripts/image/base.ts";
import { ociArchive } from "../../../../scripts/image/oci.ts";
import type { Entry } from "../../../../scripts/image/tar.ts";
import { kafkaJars } from "../../../services/kafka.ts";
import { mongoServer } from "../../../services/mongo.ts";
import { program } from "../programs.ts";
import { fileAt, folderAt, librariesOf, programsWith, textAt } from "./files.ts";
import helmJob from "./helm-job.sh" with { type: "text" };
import {
  COREDNS,
  HELM_JOB,
  KAFKA_IMAGE,
  LOCAL_PATH,
  METRICS_SERVER,
  MONGO_IMAGE,
  PAUSE,
  TOOLS,
} from "./names.ts";

type Recipe = {
  readonly name: string;
  readonly layers: () => Promise<readonly Entry[][]>;
  readonly config: Readonly<Record<string, unknown>>;
};

const PATH = "PATH=/bin:/usr/bin";
const temporary: Entry = { path: "tmp/", mode: 0o1777 };
/** A program that needs nothing beside it. */
const alone = async (name: Parameters<typeof program>[0]) => [[fileAt(name, await program(name)), temporary]];
const withShell = async (): Promise<Entry[]> => [
  ...(await baseFiles(hostArch)),
  ...(await programsWith("/bin/sh", "/bin/cat", "/bin/chmod", "/bin/rm", "/bin/mkdir", "/usr/bin/base64")),
];

/** What the node itself needs. */
export const nodeRecipes: readonly Recipe[] = [
  { name: PAUSE, layers: () => alone("pause"), config: { Entrypoint: ["/pause"], User: "65535:65535" } },
  { name: COREDNS, layers: () => alone("coredns"), config: { Entrypoint: ["/coredns"] } },
  {
    ...{ name: METRICS_SERVER, layers: () => alone("metrics-server") },
    config: { Entrypoint: ["/metrics-server"], User: "65534:65534" },
  },
  {
    ...{ name: LOCAL_PATH, layers: () => alone("local-path-provisioner") },
    config: { Entrypoint: ["/local-path-provisioner"] },
  },
  { name: TOOLS, layers: async () => [await withShell()], config: { Env: [PATH] } },
];

/** Installs a Helm release: what the jobs of K3s' Helm controller run. */
export const helmRecipe: Recipe = {
  name: HELM_JOB,
  layers: async () => [
    await withShell(),
    [fileAt("bin/helm", await program("helm")), textAt("bin/helm-job", helmJob)],
  ],
  config: { Entrypoint: ["/bin/sh", "/bin/helm-job"], Env: [PATH], User: "1000:1000" },
};

/** As the image of Apache Kafka: a runtime for Java, and the jars of a broker below `/opt/kafka`. */
export const kafkaRecipe: Recipe = {
  name: KAFKA_IMAGE,
  layers: async () => {
    const home = javaHome();
    const linked = await Promise.all(
      ["bin/java", "lib/server/libjvm.so"].map((path) => librariesOf(join(home, path))),
    );
    const isNeeded = (path: string) => !/\/(src\.zip|ct\.sym|jmods|man|legal|include|docs)$/.test(path);
    return [
      [
        ...(await withShell()),
        ...linked.flat().map((path) => fileAt(path.replace(/^\//, ""), path)),
        ...folderAt("opt/java", home, isNeeded),
      ],
      folderAt("opt/kafka/libs", await kafkaJars()),
    ];
  },
  config: { Env: ["PATH=/opt/java/bin:/bin:/usr/bin"], User: "1000:1000" },
};

/** In place of MongoDB's image: a server that speaks its protocol, started by the same words. */
export const mongoRecipe: Recipe = {
  name: MONGO_IMAGE,
  layers: async () => {
    const server = await mongoServer();
    return [
      [
        ...(await withShell()),
        ...(await librariesOf(server)).map((path) => fileAt(path.replace(/^\//, ""), path)),
        fileAt("bin/mongo-server", server),
        fileAt("bin/docker-entrypoint.sh", await program("mongo-entry")),
      ],
    ];
  },
  config: { Env: [PATH], User: "999:999" },
};

/** Writes the archive of an image and answers with its path. */
export async function makeArchive(folder: string, { name, layers, config }: Recipe): Promise<string> {
  const path = join(folder, `${name.replace(/^.*\//, "").replace(/:.*$/, "")}.tar`);
  const platform = { os: "linux", architecture: hostArch } as const;
  const files = (await layers()).map((entries) => withFolders(onlyFirst(entries)));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    ociArchive({ name, config, by: "tests/cluster", plain: true, images: [{ platform, layers: files }] }),
  );
  return path;
}

/** Several programs are linked against the same libraries. */
function onlyFirst(entries: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  return entries.filter(({ path }) => !seen.has(path) && seen.add(path));
}

function javaHome(): string {
  const java = Bun.which("java");
  if (java === null) throw new Error("java is missing, so there is no image of Kafka");
  return dirname(dirname(realpathSync(java)));
}
