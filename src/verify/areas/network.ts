import type { KubeClient } from "../../k8s/client/client.ts";
import { execInPod } from "../../k8s/client/exec.ts";
import { resources } from "../../k8s/client/resource.ts";
import { at, listAt, textAt } from "../../k8s/live-object.ts";
import { KAFKA, KAFKA_PEERS, MONGO, ports } from "../../k8s/manifests/addresses.ts";
import { PROCESSOR } from "../../k8s/manifests/app/processor.ts";
import { readyPods } from "../../k8s/tunnels.ts";
import type { Answer, Wanted } from "../subject.ts";

/** The program of our image, which has no other. */
const PROGRAM = "/usr/local/bin/ca3";
const WITHIN = "2s";

/** What a processor may reach, and what no policy lets it reach; all of them listen. */
type Ways = { readonly allowed: string; readonly forbidden: readonly string[] };

/**
 * Lets a running processor try a way that is allowed and ways that are not. Without one that is open, closed ones prove
 * nothing: the network may be broken altogether.
 */
export async function networkEnforced(
  client: KubeClient,
  { app, platform }: Wanted["namespaces"],
  signal: AbortSignal,
): Promise<Answer> {
  const pod = (await readyPods(client, { namespace: app, name: PROCESSOR }, signal))[0]!.metadata.name;
  const ways = await waysOf(client, platform, signal);
  if (ways === undefined)
    return {
      skipped: "neither Kafka nor MongoDB is in the cluster, so there is no allowed way to compare with",
    };
  const addresses = [ways.allowed, ...ways.forbidden];
  const command = [PROGRAM, "doctor", "network", "--output", "json", "--timeout", WITHIN, ...addresses];
  const { code, stdout, stderr } = await execInPod(client.http, {
    ...{ namespace: app, pod, container: PROCESSOR, command, signal },
  });
  const answers = readAnswers(stdout);
  const name = `Pod ${app}/${pod}`;
  if (answers !== undefined) return enforcementFinding(name, ways, answers);
  const said = stderr.trim().split("\n")[0] ?? "";
  return `${name} could not try: ca3 doctor network ended with ${code}${said === "" ? "" : `: ${said}`}`;
}

async function waysOf(client: KubeClient, platform: string, signal: AbortSignal): Promise<Ways | undefined> {
  const { objects } = await client.list(resources.services, { namespace: platform }, signal);
  const names = new Set(objects.map(({ metadata }) => metadata.name));
  const inside = (host: string, port: number) => `${host}.${platform}.svc.cluster.local:${port}`;
  const apiServer = "kubernetes.default.svc.cluster.local:443";
  if (names.has(KAFKA))
    return {
      allowed: inside(KAFKA, ports.kafka),
      forbidden: [inside(`${KAFKA}-0.${KAFKA_PEERS}`, ports.controller), apiServer],
    };
  if (names.has(MONGO))
    return { allowed: inside(`${MONGO}-0.${MONGO}`, ports.mongo), forbidden: [apiServer] };
  return undefined;
}

/** What `ca3 doctor network` found, by address; nothing when it says something else. */
export function readAnswers(text: string): ReadonlyMap<string, string> | undefined {
  try {
    const checks = listAt(JSON.parse(text), "checks");
    return new Map(checks.map((one) => [textAt(one, "id") ?? "", String(at(one, "data", "answer"))]));
  } catch {
    return undefined;
  }
}

/** What open and closed ways say about the cluster. Pure. */
export function enforcementFinding(
  pod: string,
  { allowed, forbidden }: Ways,
  answers: ReadonlyMap<string, string>,
): Answer {
  const open = forbidden.filter((way) => answers.get(way) === "open");
  if (open.length > 0)
    return {
      problems: open.map((way) => ({
        severity: "fail",
        message: `${pod} reaches ${way}, which no NetworkPolicy allows: the cluster accepts NetworkPolicies and does not enforce them`,
        want: "no connection",
        hint: "run a network plugin that enforces them, such as Calico, Cilium, or K3s' own without --disable-network-policy",
      })),
    };
  const control = answers.get(allowed);
  if (control !== "open")
    return {
      skipped: `${pod} does not reach ${allowed} either, which is allowed (${control ?? "not tried"})`,
    };
  const untold = forbidden.find((way) => !["refused", "silent"].includes(answers.get(way) ?? ""));
  if (untold !== undefined)
    return { skipped: `${pod} could not try ${untold} (${answers.get(untold) ?? "not tried"})` };
  return { summary: `${forbidden.length} forbidden ways are closed, and ${allowed} is open` };
}
