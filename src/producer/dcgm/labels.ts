/** Whose a sample is, from labels that changed their names and their case over the releases. */
export type Identity = {
  /** UUID of the physical card. */
  readonly gpu: string;
  readonly index: number;
  readonly model: string | undefined;
  readonly host: string | undefined;
  readonly driver: string | undefined;
  readonly instance: { readonly id: string; readonly profile: string } | undefined;
  readonly workload: Workload | undefined;
};

/** The pod that a GPU is given to. */
export type Workload = {
  readonly pod: string;
  readonly namespace: string | undefined;
  readonly container: string | undefined;
};

/**
 * Reads the labels of a sample; undefined for one that is not about a GPU, such as of an NVLink switch or a CPU. Labels
 * that Prometheus prefixed with `exported_` are those of the exporter; the ones without the prefix are of the exporter's
 * own pod then.
 */
export function identify(
  labels: Readonly<Record<string, string>>,
  fallbackHost: string,
): Identity | undefined {
  const all = new Map(Object.entries(labels).map(([name, value]) => [name.toLowerCase(), value]));
  const label = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = all.get(`exported_${name}`) ?? all.get(name);
      if (value !== undefined && value !== "") return value;
    }
    return undefined;
  };
  const index = Number(label("gpu", "minor_number") ?? Number.NaN);
  const uuid = label("uuid", "gpu_uuid");
  if (uuid === undefined && !Number.isInteger(index)) return undefined;
  const host = label("hostname", "node", "nodename");
  const exported = [...all.keys()].some((name) => name.startsWith("exported_"));
  const own = (name: string) => (exported ? all.get(`exported_${name}`) : all.get(name)) || undefined;
  const pod = own("pod") ?? own("pod_name");
  const id = label("gpu_i_id", "gpu_instance_id", "mig_instance_id");
  return {
    gpu: uuid ?? `${host ?? fallbackHost}/gpu${index}`,
    index: Number.isInteger(index) && index >= 0 && index <= 4096 ? index : 0,
    model: label("modelname", "model_name"),
    host,
    driver: label("dcgm_fi_system_driver_version", "dcgm_fi_driver_version"),
    instance: id === undefined ? undefined : { id, profile: label("gpu_i_profile", "mig_profile") ?? "" },
    workload:
      pod === undefined
        ? undefined
        : {
            pod,
            namespace: own("namespace") ?? own("pod_namespace"),
            container: own("container") ?? own("container_name"),
          },
  };
}
