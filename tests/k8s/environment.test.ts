import { expect, test } from "bun:test";
import { leaves } from "../../src/cli/catalogue.ts";
import { commands } from "../../src/cli/commands.ts";
import type { Container } from "../../src/k8s/manifests/pod.ts";
import { resolveSettings, type Settings } from "../../src/support/settings.ts";
import { podsOf } from "./pods.ts";
import { objectsIn, scenarios, stagesFor } from "./wishes.ts";

/** Read by the container runtime, not by the program. */
const notOurs = /^NVIDIA_/;

async function settingsOf(args: readonly string[]): Promise<Settings> {
  const all = [...leaves(commands)];
  const [, leaf] = all.find(([name]) => name === `ca3 ${args.join(" ")}`)!;
  return (await leaf.load()).default.settings ?? {};
}

const ours = (container: Container) => container.args !== undefined;

test.each(Object.entries(scenarios))(
  "in %s every variable of our containers is read by its command, and is right",
  async (_name, { yaml, facts }) => {
    const pods = podsOf(objectsIn(await stagesFor(yaml, facts)));
    const containers = pods.flatMap(({ spec }) => [...(spec.initContainers ?? []), ...spec.containers]);
    expect(containers.filter(ours).length).toBeGreaterThan(0);
    for (const { name, args = [], env = [] } of containers.filter(ours)) {
      const settings = await settingsOf(args);
      const known = Object.values(settings).flatMap(({ env: names, secret }) =>
        (names ?? []).flatMap((one) => (secret ? [one, `${one}_FILE`] : [one])),
      );
      const variables = env.filter((one) => !notOurs.test(one.name));
      expect({
        name,
        unread: variables.map((one) => one.name).filter((one) => !known.includes(one)),
      }).toEqual({
        name,
        unread: [],
      });
      const values = Object.fromEntries(
        variables.map((one) => [one.name, "value" in one ? one.value : "node-1"]),
      );
      const secretFile = () => "mongodb://db.example.com/with-enough-characters";
      expect(resolveSettings(settings, { env: values, readFile: secretFile }).problems).toEqual([]);
    }
  },
);
