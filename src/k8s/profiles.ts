import { GI, MI } from "./quantities.ts";

/** What a profile stands for when a setting is not given. Sizes in bytes, processors in thousandths. */
export type Profile = {
  readonly meaning: string;
  readonly kafka: StatefulSize;
  readonly mongo: StatefulSize;
  readonly processor: { readonly min: number; readonly max: number };
  readonly producers: { readonly min: number; readonly max: number };
  readonly monitoring: boolean;
  readonly logs: boolean;
  readonly keda: boolean;
};
type StatefulSize = {
  /** An odd number, so that a majority remains when one is lost. */
  readonly members: number;
  readonly storage: number;
  readonly memory: number;
  readonly cpu: number;
};

export const profiles = {
  small: {
    meaning: "one node of 4 GiB, no monitoring",
    kafka: { members: 1, storage: 5 * GI, memory: 768 * MI, cpu: 100 },
    mongo: { members: 1, storage: 5 * GI, memory: 512 * MI, cpu: 100 },
    processor: { min: 1, max: 3 },
    producers: { min: 1, max: 3 },
    ...{ monitoring: false, logs: false, keda: false },
  },
  standard: {
    meaning: "monitoring, logs and alerts; one broker, one database",
    kafka: { members: 1, storage: 10 * GI, memory: 1 * GI, cpu: 250 },
    mongo: { members: 1, storage: 10 * GI, memory: 1 * GI, cpu: 250 },
    processor: { min: 1, max: 6 },
    producers: { min: 1, max: 5 },
    ...{ monitoring: true, logs: true, keda: false },
  },
  ha: {
    meaning:
      "three brokers and three databases, scaled by what waits in the log; survives the loss of a node",
    kafka: { members: 3, storage: 20 * GI, memory: 2 * GI, cpu: 500 },
    mongo: { members: 3, storage: 20 * GI, memory: 2 * GI, cpu: 500 },
    processor: { min: 2, max: 6 },
    producers: { min: 1, max: 5 },
    ...{ monitoring: true, logs: true, keda: true },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as readonly ProfileName[];

/** `1, ha 3`: what the profiles say about something, the first one for those that agree with it. */
export function byProfile(of: (profile: Profile) => number | boolean | string): string {
  const values = profileNames.map((name) => [name, String(of(profiles[name]))] as const);
  const usual = values[0]![1];
  const others = values.filter(([, value]) => value !== usual).map(([name, value]) => `${name} ${value}`);
  return [usual, ...others].join(", ");
}
