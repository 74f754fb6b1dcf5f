import { isIPv6 } from "node:net";
import type { Context } from "hono";
import type { Served } from "../../../http/served.ts";

/**
 * Who a limit counts: the address of the peer. IPv6 clients count by their /64, which one client owns whole, and
 * IPv4 addresses in IPv6 clothes as what they are.
 */
export function clientOf(address: string | undefined): string {
  if (address === undefined) return "unknown";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%")[0]!.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/** The client of a request; `unknown` when there is no socket, as in tests. */
export const clientOfRequest = (context: Context<Served>): string =>
  clientOf(context.env?.server?.requestIP(context.req.raw)?.address);
