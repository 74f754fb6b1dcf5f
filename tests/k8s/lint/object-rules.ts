import { describeRef, keyOf, refOf } from "../../../src/k8s/object.ts";
import type { Stage } from "../../../src/k8s/phases.ts";
import { type PodTemplate, podsOf } from "../pods.ts";
import { objectsIn } from "../wishes.ts";

/** What is wrong with the objects of a deployment as a whole, one sentence each. */
export type ObjectRule = (stages: readonly Stage[]) => readonly string[];

type Loose = { readonly [field: string]: never };
const specOf = (object: { readonly [field: string]: unknown }): Loose => (object["spec"] ?? {}) as Loose;
const selects = (
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
) => Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

export const unique: ObjectRule = (stages) => {
  const keys = objectsIn(stages).map((object) => keyOf(refOf(object)));
  return keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${key} is there twice`);
};

/** Names and label values that the API server accepts, and a label that says whose everything is. */
export const named: ObjectRule = (stages) =>
  objectsIn(stages).flatMap((object) => {
    const { name, labels = {} } = object.metadata;
    return [
      ...(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name) ? [] : [`${name} is no name`]),
      ...Object.values(labels)
        .filter((value) => !/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(value))
        .map((value) => `${name}: ${value} is no value of a label`),
      ...(labels["app.kubernetes.io/part-of"] === "ca3" ? [] : [`${describeRef(refOf(object))} is nobody's`]),
    ];
  });

/** Nothing is in a namespace that is not made, and every namespace says which pods it admits. */
export const namespaced: ObjectRule = (stages) => {
  const objects = objectsIn(stages);
  const made = objects.filter(({ kind }) => kind === "Namespace");
  const names = new Set(made.map(({ metadata }) => metadata.name));
  return [
    ...objects
      .filter(({ metadata: { namespace } }) => namespace !== undefined && !names.has(namespace))
      .map((object) => `${describeRef(refOf(object))}: nobody makes its namespace`),
    ...made
      .filter(({ metadata: { labels } }) => labels?.["pod-security.kubernetes.io/enforce"] === undefined)
      .map(({ metadata: { name } }) => `${name} admits any pod`),
  ];
};

/** A Service leads to pods that have the port it names. */
export const services: ObjectRule = (stages) => {
  const pods = podsOf(objectsIn(stages));
  return objectsIn(stages)
    .filter(({ kind }) => kind === "Service")
    .flatMap((service) => {
      const { selector, ports } = service["spec"] as {
        selector: Record<string, string>;
        ports: { targetPort: string }[];
      };
      const behind = pods.filter(
        (pod) => isIn(pod, service.metadata.namespace) && selects(selector, pod.labels),
      );
      if (behind.length === 0) return [`${describeRef(refOf(service))} leads nowhere`];
      const open = behind.flatMap(({ spec }) => spec.containers.flatMap((one) => one.ports ?? []));
      return ports
        .filter(({ targetPort }) => !open.some(({ name }) => name === targetPort))
        .map(({ targetPort }) => `${describeRef(refOf(service))}: no pod has the port ${targetPort}`);
    });
};

const isIn = ({ owner }: PodTemplate, namespace: string | undefined) =>
  owner.metadata.namespace === namespace;

/** What may have more than one replica is not taken away all at once. */
export const budgets: ObjectRule = (stages) => {
  const objects = objectsIn(stages);
  const budgets = objects.filter(({ kind }) => kind === "PodDisruptionBudget");
  const scaled = objects.flatMap((object) => {
    const { scaleTargetRef: target, maxReplicas, maxReplicaCount } = specOf(object) as Loose;
    return target === undefined
      ? []
      : [{ name: (target as Loose)["name"], max: Number(maxReplicas ?? maxReplicaCount) }];
  });
  return podsOf(objects)
    .filter(({ owner: { kind } }) => kind === "Deployment" || kind === "StatefulSet")
    .filter(({ owner }) => {
      const own = Number(specOf(owner)["replicas"] ?? 1);
      return (
        Math.max(own, ...scaled.filter(({ name }) => name === owner.metadata.name).map(({ max }) => max)) > 1
      );
    })
    .filter(
      (pod) =>
        !budgets.some(
          (one) =>
            isIn(pod, one.metadata.namespace) &&
            selects(
              (one["spec"] as { selector: { matchLabels: Record<string, string> } }).selector.matchLabels,
              pod.labels,
            ),
        ),
    )
    .map(({ owner }) => `${describeRef(refOf(owner))} has no disruption budget`);
};

/** An autoscaler owns the number of replicas, and there is one at most. */
export const scalers: ObjectRule = (stages) => {
  const objects = objectsIn(stages);
  const targets = objects.flatMap((object) => {
    const target = specOf(object)["scaleTargetRef"] as { name: string } | undefined;
    return target === undefined ? [] : [target.name];
  });
  return [
    ...targets.filter((name, at) => targets.indexOf(name) !== at).map((name) => `${name} is scaled twice`),
    ...objects
      .filter(({ kind, metadata }) => kind === "Deployment" && targets.includes(metadata.name))
      .filter((object) => specOf(object)["replicas"] !== undefined)
      .map((object) => `${describeRef(refOf(object))} says its replicas and is scaled as well`),
  ];
};

/** What a pod mounts of a Secret of ours is a key of it. Secrets of others are named by settings. */
export const secrets: ObjectRule = (stages) => {
  const generated = stages.flatMap(({ generated: some = [] }) => some);
  return podsOf(objectsIn(stages)).flatMap(({ owner, spec }) =>
    (spec.volumes ?? []).flatMap((volume) => {
      const secret = volume["secret"] as { secretName: string; items: { key: string }[] } | undefined;
      const ours = generated.find(
        ({ namespace, name }) => namespace === owner.metadata.namespace && name === secret?.secretName,
      );
      return (ours ? secret!.items : [])
        .filter(({ key }) => !(key in ours!.values))
        .map(({ key }) => `${describeRef(refOf(owner))} mounts ${key}, which ${ours!.name} has not`);
    }),
  );
};

/** What Prometheus is to scrape is a port of a Service that its monitor finds. */
export const monitors: ObjectRule = (stages) => {
  const objects = objectsIn(stages);
  const services = objects.filter(({ kind }) => kind === "Service");
  return objects
    .filter(({ kind }) => kind === "ServiceMonitor")
    .flatMap((monitor) => {
      const { selector, endpoints } = monitor["spec"] as {
        selector: { matchLabels: Record<string, string> };
        endpoints: { port: string }[];
      };
      const name = describeRef(refOf(monitor));
      const found = services.filter(
        ({ metadata }) =>
          metadata.namespace === monitor.metadata.namespace &&
          selects(selector.matchLabels, metadata.labels ?? {}),
      );
      if (found.length === 0) return [`${name} finds no Service`];
      const ports = found.flatMap((one) => (one["spec"] as { ports: { name: string }[] }).ports);
      return endpoints
        .filter(({ port }) => !ports.some((one) => one.name === port))
        .map(({ port }) => `${name}: no Service that it finds has the port ${port}`);
    });
};

/** What we note on objects is spelled one way, wherever it stands in them. */
export const noted: ObjectRule = (stages) =>
  objectsIn(stages).flatMap((object) =>
    notesIn(object)
      .filter((key) => /\bca3\b/.test(key) && !key.startsWith("ca3.dev/"))
      .map((key) => `${describeRef(refOf(object))} has ${key}, and not ca3.dev/…`),
  );

/** Keys of all labels and annotations of an object, its pods' included. */
const notesIn = (value: unknown): string[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [
        ...(name === "labels" || name === "annotations" ? Object.keys((inner ?? {}) as object) : []),
        ...notesIn(inner),
      ]);

export const objectRules: Readonly<Record<string, ObjectRule>> = {
  ...{ unique, named, namespaced, services, budgets, scalers, secrets, monitors, noted },
};
