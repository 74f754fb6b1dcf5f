import { Ca3Error } from "../../support/errors.ts";
import { parseAddress } from "./cidr.ts";

/**
 * The public IPv4 address that this machine is seen with, as plain text from `url`. Throws CA3_CONFIG when it cannot be
 * found out within `patienceMs`.
 */
export async function myAddress(url: string, patienceMs: number): Promise<string> {
  const hint = "write your address in place of my-ip in cluster.network.admins";
  if (url === "none") throw new Ca3Error("CA3_CONFIG", "cluster.network.whoAmI is none", { hint });
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
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
