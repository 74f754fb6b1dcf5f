import { version } from "../../../../src/support/version.ts";

/** What the images of the kit are called; no registry knows them. */
const named = (name: string) => `ca3.test/${name}:1`;

export const PAUSE = named("pause");
export const COREDNS = named("coredns");
export const METRICS_SERVER = named("metrics-server");
/** A shell with the least that scripts need. */
export const TOOLS = named("tools");
export const LOCAL_PATH = named("local-path-provisioner");
export const HELM_JOB = named("helm-job");
export const KAFKA_IMAGE = named("kafka");
export const MONGO_IMAGE = named("mongo");
/** As `bun run image` calls it. */
export const CA3_IMAGE = `ca3:${version}`;
