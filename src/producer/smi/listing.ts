/** A part of a card that is divided by MIG, as `nvidia-smi -L` lists it. */
export type MigInstance = { readonly uuid: string; readonly profile: string };

export type ListedGpu = {
  readonly index: number;
  readonly model: string;
  readonly uuid: string;
  readonly instances: readonly MigInstance[];
};

export type Listing = {
  readonly gpus: readonly ListedGpu[];
  /** Lines that list nothing: what is said of a GPU that does not answer. */
  readonly remarks: readonly string[];
};

const GPU = /^GPU (\d+): (.+) \(UUID: ([^\s()]+)\)\s*$/;
const INSTANCE = /^\s+MIG (\S+)\s+Device\s+\d+: \(UUID: ([^\s()]+)\)\s*$/;

/** Reads what `nvidia-smi -L` prints. Never throws. */
export function parseListing(text: string): Listing {
  const gpus: (ListedGpu & { instances: MigInstance[] })[] = [];
  const remarks: string[] = [];
  for (const line of text.split("\n")) {
    const gpu = GPU.exec(line);
    const instance = INSTANCE.exec(line);
    if (gpu) gpus.push({ index: Number(gpu[1]), model: gpu[2]!.trim(), uuid: gpu[3]!, instances: [] });
    else if (instance && gpus.length > 0)
      gpus.at(-1)!.instances.push({ profile: instance[1]!, uuid: instance[2]! });
    else if (line.trim() !== "") remarks.push(line.trim());
  }
  return { gpus, remarks };
}
