import type { Resolved } from "../../support/settings.ts";
import type { Subject } from "../../verify/subject.ts";
import type { Surroundings } from "../config-file.ts";
import type { verifyAllSettings } from "./settings.ts";

export type Around = Surroundings & {
  /** The cluster of the kubeconfig is meant, whether or not a context is named. */
  readonly cluster: boolean;
  readonly tell: (text: string) => void;
};
export type Verified = Pick<Resolved<typeof verifyAllSettings>, "values" | "sources">;

/** The parts of a subject that were found, what they are for people, and how they are let go of. */
export type Found = Pick<
  Subject,
  "kafka" | "kafkaLetsIn" | "log" | "store" | "mongo" | "api" | "cluster" | "tunnels" | "topicsHint"
> & {
  readonly where: readonly string[];
  close(): Promise<void>;
};
