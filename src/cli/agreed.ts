import { Ca3Error } from "../support/errors.ts";
import type { Io } from "./io.ts";

/** What to say when nobody can be asked; `hint` is the command that needs no answer. */
type Unasked = { readonly code: "CA3_USAGE" | "CA3_UNCONFIRMED"; readonly hint: string };

/** Whether the person agrees. Throws the given code when there is no terminal to ask on. */
export async function agreed(
  io: Pick<Io, "interactive" | "confirm">,
  question: string,
  { code, hint }: Unasked,
): Promise<boolean> {
  if (!io.interactive) throw new Ca3Error(code, "there is no terminal to ask on", { hint });
  return await io.confirm(question);
}
