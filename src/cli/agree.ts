import { Ca3Error } from "../support/errors.ts";
import type { Io } from "./io.ts";

/**
 * Asks for agreement, and comes back when it is given. Throws CA3_UNCONFIRMED when it is refused, or when there is no
 * terminal to ask on; `unasked` is the command that needs no answer.
 */
export async function agree(
  io: Pick<Io, "interactive" | "confirm">,
  question: string,
  unasked: string,
): Promise<void> {
  if (!io.interactive)
    throw new Ca3Error("CA3_UNCONFIRMED", "there is no terminal to ask on", { hint: unasked });
  if (!(await io.confirm(question)))
    throw new Ca3Error("CA3_UNCONFIRMED", "not confirmed; nothing was changed");
}
