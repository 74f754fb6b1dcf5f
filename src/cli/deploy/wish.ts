import { serverSettings } from "../../http/config.ts";
import { deploySettings } from "../../k8s/config.ts";
import type { DeployWish } from "../../k8s/manifests/wish.ts";
import { processorSettings } from "../../processor/config.ts";
import { producerSettings } from "../../producer/config.ts";
import type { Resolved, Settings, SettingValues } from "../../support/settings.ts";
import type { Surroundings } from "../config-file.ts";
import { configuredGroups } from "../configured.ts";

const groups = {
  deploy: deploySettings,
  processor: processorSettings,
  producer: producerSettings,
  server: serverSettings,
};

/**
 * What the settings file asks for. Pods get what stands in the file: the variables of this shell are those of a person,
 * and say nothing about a cluster, but for the few that are about the deployment itself. Throws CA3_CONFIG with all
 * problems at once.
 */
export async function deployWish(around: Surroundings): Promise<DeployWish> {
  const { deploy, processor, producer, server } = await configuredGroups(groups, {
    ...around,
    env: Object.fromEntries(Object.entries(around.env).filter(([name]) => ours.has(name))),
  });
  return {
    deploy: deploy.values,
    processor: processor.values,
    given: { processor: given(processor), producer: given(producer), server: given(server) },
  };
}

const ours: ReadonlySet<string> = new Set([
  "CA3_CONFIG",
  ...Object.values(deploySettings as Settings).flatMap(({ env }) => env ?? []),
]);

const given = <S extends Settings>({ values, sources }: Resolved<S>): Partial<SettingValues<S>> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => sources[name] === "file")) as Partial<
    SettingValues<S>
  >;
