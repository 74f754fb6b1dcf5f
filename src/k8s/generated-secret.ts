/** How one value of a generated Secret comes about. */
export type GeneratedValue =
  /** So many random bytes, written in this alphabet. */
  | { readonly random: number; readonly as: "base64url" | "base64" | "hex" }
  /** Not a secret in itself, such as a user's name that belongs beside the password. */
  | { readonly fixed: string }
  /** The same value as in another generated Secret, for pods of another namespace. */
  | { readonly sameAs: { readonly namespace: string; readonly name: string; readonly key: string } };

/**
 * A Secret that exists in the cluster only: its random values are made once, when it is missing, and never printed,
 * overwritten or pruned. A key that a newer release adds is added to the one that exists.
 */
export type GeneratedSecret = {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `Opaque` by default. */
  readonly type?: string;
  readonly values: Readonly<Record<string, GeneratedValue>>;
};
