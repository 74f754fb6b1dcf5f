import { parse } from "yaml";
import { conditionOf, type LiveObject, listAt, numberAt, textAt } from "../live-object.ts";
import { describeRef, type ObjectRef, refOf } from "../object.ts";
import { CONFIG_HASH, factsOf, holds, newestRelease } from "./helm-release.ts";
import { type Look, lookAt, reasonOf } from "./look.ts";
import { podTrouble } from "./pod-trouble.ts";
import { podsOf } from "./pods-of.ts";
import { failed, ready, type Verdict, waiting } from "./verdict.ts";

/** Everything that is known of a kind in a namespace. */
export type Known = (kind: string, namespace: string) => readonly LiveObject[];

export const isHelmChart = ({ kind, apiVersion }: Pick<ObjectRef, "kind" | "apiVersion">): boolean =>
  kind === "HelmChart" && apiVersion.startsWith("helm.cattle.io/");

/** So often a job of Helm may fail: the first time may have been the network. */
const TRIES = 2;

const targetOf = (chart: LiveObject): string =>
  textAt(chart, "spec", "targetNamespace") ?? chart.metadata.namespace ?? "default";

/** Kinds and namespaces that say how a chart is doing, as far as is known now. */
export function chartScopes(chart: LiveObject, known: Known): { kind: string; namespace: string }[] {
  const home = chart.metadata.namespace ?? "default";
  const target = targetOf(chart);
  const release = newestRelease(known("Secret", target), { name: chart.metadata.name, namespace: target });
  return [
    ...["Job", "Pod", "Secret"].map((kind) => ({ kind, namespace: home })),
    { kind: "Secret", namespace: target },
    ...(release === undefined ? [] : factsOf(release).workloads).flatMap(({ kind, namespace = target }) => [
      { kind, namespace },
      { kind: "Pod", namespace },
    ]),
  ];
}

/**
 * Whether a chart is installed as it is wanted. Its own status does not tell: the job has to be of the newest form, the
 * newest release has to be deployed from just that form, and what runs pods in it has to be ready.
 */
export function lookAtChart(chart: LiveObject, known: Known): Look {
  const ref = refOf(chart);
  const home = chart.metadata.namespace ?? "default";
  const name = textAt(chart, "status", "jobName") ?? `helm-install-${chart.metadata.name}`;
  const job = known("Job", home).find(({ metadata }) => metadata.name === name);
  const pod = job === undefined ? undefined : troubled(job, known("Pod", home));
  const verdict = chartVerdict(chart, job, known, pod?.tries ?? 0);
  if (verdict.is !== "ready")
    return pod === undefined
      ? { ref, verdict }
      : { ref, verdict, pod: { object: pod.object, trouble: pod.trouble } };
  for (const workload of releasedWorkloads(chart, known)) {
    const found = known(workload.kind, workload.namespace ?? "").find(
      ({ metadata }) => metadata.name === workload.name,
    );
    const look = lookAt(workload, found, known("Pod", workload.namespace ?? ""));
    if (look.verdict.is === "ready") continue;
    const about = {
      ...look,
      verdict: { ...look.verdict, reason: reasonOf({ ref: workload, verdict: look.verdict }) },
    };
    return { ...about, ref };
  }
  return { ref, verdict };
}

function releasedWorkloads(chart: LiveObject, known: Known): readonly ObjectRef[] {
  const namespace = targetOf(chart);
  const release = newestRelease(known("Secret", namespace), { name: chart.metadata.name, namespace });
  return release === undefined ? [] : factsOf(release).workloads;
}

function chartVerdict(chart: LiveObject, job: LiveObject | undefined, known: Known, tries: number): Verdict {
  const namespace = targetOf(chart);
  if (job === undefined) return waiting("the Helm controller has not begun with it");
  if (!isOfNewest(chart, job, known)) return waiting("the Helm controller has not seen the change yet");
  const broken = conditionOf(chart, "Failed");
  // It stays for a moment when a new job has begun.
  if (broken?.status === "True" && (numberAt(job, "status", "active") ?? 0) === 0)
    return failed(`Helm failed: ${broken.message || broken.reason}`, HINT);
  if (conditionOf(job, "Failed")?.status === "True")
    return failed(`${describeRef(refOf(job))} failed: ${conditionOf(job, "Failed")?.message}`, HINT);
  const wanted = hashOf(job);
  const release = newestRelease(known("Secret", namespace), { name: chart.metadata.name, namespace });
  const { status, [CONFIG_HASH]: made } = release?.metadata.labels ?? {};
  const isComplete = conditionOf(job, "Complete")?.status === "True";
  // An older image of the job leaves the label out; then its end is all there is to go by.
  const isMade = made === wanted || (made === undefined && isComplete);
  const isWanted = release !== undefined && hasWantedValues(chart, release);
  if (status === "deployed" && isMade && isWanted) return ready();
  if (tries >= TRIES) return failed(`Helm failed ${tries} times`, HINT);
  if (release === undefined) return waiting("Helm installs it");
  if (status === "deployed") return waiting("Helm changes it");
  return waiting(
    `its release ${release.metadata.labels?.["version"] ?? ""} is ${status ?? "of no known state"}`,
  );
}

const HINT = "ca3 kubectl -- get helmcharts.helm.cattle.io,jobs --all-namespaces";

/** The job does what the object says now: chart, version and values. The controller keeps no generation that would tell. */
function isOfNewest(chart: LiveObject, job: LiveObject, known: Known): boolean {
  const env = listAt(job, "spec", "template", "spec", "containers").flatMap((one) => listAt(one, "env"));
  const variable = (name: string) =>
    env
      .map((one) => (textAt(one, "name") === name ? (textAt(one, "value") ?? "") : undefined))
      .find((one) => one !== undefined);
  const same = (name: string, field: string) =>
    (variable(name) ?? "") === (textAt(chart, "spec", field) ?? "");
  // Of a repository, the controller names a chart by release and chart.
  const name = textAt(chart, "spec", "chart") ?? "";
  const isChart = [name, `${chart.metadata.name}/${name}`].includes(variable("CHART") ?? "");
  const values = known("Secret", chart.metadata.namespace ?? "default").find(
    ({ metadata }) => metadata.name === `chart-values-${chart.metadata.name}`,
  );
  const held = Buffer.from(textAt(values, "data", "HelmChartValuesContent") ?? "", "base64").toString();
  return (
    isChart &&
    same("VERSION", "version") &&
    same("REPO", "repo") &&
    held === (textAt(chart, "spec", "valuesContent") ?? "")
  );
}

/**
 * Between the new values and the new job, the old job and its release look finished. Values of a Secret may replace ours,
 * so then nothing can be told from them.
 */
function hasWantedValues(chart: LiveObject, release: LiveObject): boolean {
  if (listAt(chart, "spec", "valuesSecrets").length > 0) return true;
  const text = textAt(chart, "spec", "valuesContent") ?? "";
  return holds(factsOf(release).values ?? {}, (text === "" ? undefined : parse(text)) ?? {});
}

/** As a label can hold it. */
function hashOf(job: LiveObject): string | undefined {
  const template = job["spec"] as { template?: { metadata?: { annotations?: Record<string, string> } } };
  return template.template?.metadata?.annotations?.[CONFIG_HASH]?.replace(/^SHA256=/, "").slice(0, 63);
}

function troubled(job: LiveObject, pods: readonly LiveObject[]) {
  for (const object of podsOf(job, pods)) {
    const trouble = podTrouble(object);
    const statuses = listAt(object, "status", "containerStatuses");
    const tries = Math.max(
      0,
      ...statuses.map((one) => Number((one as { restartCount?: number }).restartCount ?? 0)),
    );
    if (trouble !== undefined && trouble.kind !== "starting") return { object, trouble, tries };
  }
  return undefined;
}
