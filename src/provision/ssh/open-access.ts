import type { Patience, SignIn } from "./connection.ts";
import { type Access, BuiltinAccess, type Jumps } from "./fleet-access.ts";
import { OpensshAccess } from "./openssh/access.ts";

export type Transport = "builtin" | "openssh";

export type AccessOptions = {
  readonly transport: Transport;
  readonly jumps: Jumps;
  readonly signIn: SignIn;
  readonly patience?: Patience | undefined;
};

/** The way to the machines by the client that `cluster.access.transport` names. Nothing is connected yet. */
export const openAccess = ({ transport, jumps, signIn, patience }: AccessOptions): Access =>
  transport === "openssh"
    ? new OpensshAccess(jumps, signIn, patience)
    : new BuiltinAccess(jumps, signIn, patience);
