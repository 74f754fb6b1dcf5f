/** A GPU as some source of this process sees it, with the model that a rule says it serves. */
export type KnownGpu = {
  readonly gpu: string;
  readonly host: string;
  readonly servedModel?: string | undefined;
  readonly pod?: string | undefined;
  readonly namespace?: string | undefined;
};

/** Where tokens ran: their host as the GPUs there spell it, and the GPUs when they can be told. */
export type TokenHome = { readonly host: string; readonly gpus: readonly string[] };

/** The GPUs that the sources of this process see, so that tokens find the ones they ran on. */
export type GpuDirectory = {
  saw(source: string, gpus: readonly KnownGpu[]): void;
  homeOf(tokens: {
    readonly model: string;
    readonly host: string;
    readonly pod?: string | undefined;
    readonly namespace?: string | undefined;
  }): TokenHome;
};

/** Most GPUs that one token event can name. */
const MOST_GPUS = 64;

/**
 * Tokens ran on the GPUs of their pod, else on those that serve their model. Where such GPUs are on several hosts, those
 * on the host of the tokens are meant; where they all are on one, that one is the host. Otherwise only the host is known.
 */
export function createGpuDirectory(): GpuDirectory {
  const bySource = new Map<string, readonly KnownGpu[]>();
  const everything = () => [...bySource.values()].flat();

  return {
    saw: (source, gpus) => void bySource.set(source, gpus),
    homeOf: ({ model, host, pod, namespace }) => {
      const all = everything();
      const spelled = spelling(all, host);
      const ofPod = all.filter(
        (one) =>
          pod !== undefined &&
          one.pod === pod &&
          (namespace === undefined || one.namespace === undefined || one.namespace === namespace),
      );
      const fitting = ofPod.length > 0 ? ofPod : all.filter(({ servedModel }) => servedModel === model);
      const here = fitting.filter((one) => one.host === spelled);
      const hosts = new Set(fitting.map((one) => one.host));
      const chosen = here.length > 0 ? here : hosts.size === 1 ? fitting : [];
      const gpus = [...new Set(chosen.map(({ gpu }) => gpu))].sort();
      return { host: chosen[0]?.host ?? spelled, gpus: gpus.length <= MOST_GPUS ? gpus : [] };
    },
  };
}

/** `GPU1.example.com` and `gpu1` are the same machine when no second one could be meant. */
function spelling(gpus: readonly KnownGpu[], host: string): string {
  const hosts = [...new Set(gpus.map((one) => one.host))];
  if (hosts.includes(host)) return host;
  const same = hosts.filter((one) => one.toLowerCase() === host.toLowerCase());
  const alike = same.length > 0 ? same : hosts.filter((one) => shortName(one) === shortName(host));
  return alike.length === 1 ? alike[0]! : host;
}

/** An address has no short name. */
const shortName = (host: string): string =>
  /^[\d.]+$|:/.test(host) ? host : host.toLowerCase().split(".")[0]!;
