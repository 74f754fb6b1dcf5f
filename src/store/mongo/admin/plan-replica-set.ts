/** A member as the configuration of its replica set has it. */
export type SetMember = { readonly _id: number; readonly host: string };
export type SetConfig = {
  readonly _id: string;
  readonly version: number;
  readonly members: readonly SetMember[];
};

/** What the first member says of itself. */
export type SeenSet = {
  /** Absent as long as it belongs to no replica set. */
  readonly setName?: string | undefined;
  /** The configuration in force; not needed where one member is wanted. */
  readonly config?: SetConfig | undefined;
};

export type SetStep =
  | { readonly do: "initiate"; readonly config: Omit<SetConfig, "version"> }
  | { readonly do: "reconfigure"; readonly config: SetConfig };

/**
 * The next step towards a replica set of these members, or nothing when it is as wanted. Members are added one by one,
 * because only one voter may change at a time; none is ever removed, because that needs a person who knows why.
 */
export function planReplicaSet(
  name: string,
  hosts: readonly string[],
  { setName, config }: SeenSet,
): SetStep | undefined {
  if (setName === undefined)
    return {
      do: "initiate",
      config: { _id: name, members: hosts.map((host, at) => ({ _id: at, host })) },
    };
  if (config === undefined) return undefined;
  const missing = hosts.find((host) => !config.members.some((member) => member.host === host));
  if (missing === undefined) return undefined;
  const next = Math.max(-1, ...config.members.map(({ _id }) => _id)) + 1;
  return {
    do: "reconfigure",
    config: {
      ...config,
      version: config.version + 1,
      members: [...config.members, { _id: next, host: missing }],
    },
  };
}
