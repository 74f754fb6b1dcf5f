import { Ca3Error } from "../../support/errors.ts";
import { parseAddress } from "./cidr.ts";

/** AWS's own answer to the question; plain text. */
const WHO_AM_I = "https://checkip.amazonaws.com";
const PATIENCE_MS = 5_000;

/** The public IPv4 address that this machine is seen with. Throws CA3_CONFIG when it cannot be found out. */
export async function myAddress(url: string = WHO_AM_I): Promise<string> {
  const hint = "write your address in place of my-ip in cluster.network.admins";
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = (await answer.text()).trim();
    if (parseAddress(text) === undefined)
      throw new Ca3Error("CA3_CONFIG", `${url} did not answer with an IPv4 address`, { hint });
    return text;
  } catch (error) {
    if (error instanceof Ca3Error) throw error;
    const why = (error as Error).message;
    throw new Ca3Error("CA3_CONFIG", `cannot find out the address of this machine from ${url}: ${why}`, {
      hint,
      cause: error,
    });
  }
}
