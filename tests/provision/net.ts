import { command } from "../services/cache.ts";

/**
 * A network of the suite's own, out of namespaces: "the internet", which this machine and the control planes are in, and a
 * private one among all hosts. This machine has no way into the private one but through a control plane.
 */
export type Net = AsyncDisposable & {
  /** The first three numbers of all public addresses; they are of a range for such tests (RFC 2544). */
  readonly prefix: string;
  /** Gives a host its namespace, and answers with its name. */
  attach(host: NetHost): Promise<string>;
  /** Takes the host's plug to the internet out, or puts it in again. */
  plug(name: string, isIn: boolean): Promise<void>;
  /** The host throws away what comes from this machine, as a firewall does. */
  shun(name: string, on: boolean): Promise<void>;
  detach(name: string): Promise<void>;
};

export type NetHost = {
  readonly name: string;
  readonly privateAddress: string;
  readonly publicAddress: string | undefined;
};

/** In the subnet that clusters have when nothing else is asked for. */
const GATEWAY = "10.0.1.254";

/** Follows from the address, so that what neighbours remember of an earlier host is right for the next. */
const macOf = (address: string): string =>
  ["02", "00", ...address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"))].join(":");

const run = (lines: readonly string[]) => command(["sh", "-c", ["set -e", ...lines].join("\n")]);

/** Rejects with the reason where namespaces are not to be had: not root, or a kernel that forbids them. */
export async function openNet(): Promise<Net> {
  if (process.getuid?.() !== 0) throw new Error("network namespaces need root");
  const id = crypto.getRandomValues(new Uint16Array(1))[0]!.toString(16).padStart(4, "0");
  const hub = `c3${id}`;
  const prefix = `198.18.${1 + (Number.parseInt(id, 16) % 250)}`;
  const spaces = new Set([hub]);
  const end = async () => {
    for (const space of spaces) await command(["ip", "netns", "del", space]).catch(() => {});
    await command(["ip", "link", "del", hub]).catch(() => {});
  };
  await run([
    `ip netns add ${hub}`,
    `ip link add ${hub} type veth peer name uplink netns ${hub}`,
    `ip addr add ${prefix}.1/24 dev ${hub}`,
    `ip link set ${hub} up`,
    ...["internet", "private"].flatMap((name) => [
      `ip -n ${hub} link add ${name} type bridge`,
      `ip -n ${hub} link set ${name} up`,
    ]),
    `ip -n ${hub} link set uplink master internet`,
    `ip -n ${hub} link set uplink up`,
    // the way out of the private network, as an internet gateway is one: what begins inside comes through
    `ip -n ${hub} addr add ${prefix}.254/24 dev internet`,
    `ip -n ${hub} addr add ${GATEWAY}/24 dev private`,
    `ip netns exec ${hub} sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'`,
    `ip netns exec ${hub} iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -o internet -j MASQUERADE`,
  ]).catch(async (error: Error) => {
    await end();
    throw new Error(error.message.trim().split("\n").at(-1));
  });
  const numbers = new Map<string, number>();
  let count = 0;
  const space = (name: string) => `${hub}-${name}`;
  const wire = (of: string, name: string, bridge: string, address: string) => {
    const [near, far] = [bridge === "internet" ? "i" : "p", numbers.get(name)!];
    return [
      `ip -n ${hub} link add ${near}${far} type veth peer name ${bridge} address ${macOf(address)} netns ${of}`,
      `ip -n ${hub} link set ${near}${far} master ${bridge}`,
      `ip -n ${hub} link set ${near}${far} up`,
      `ip -n ${of} addr add ${address}/24 dev ${bridge}`,
      `ip -n ${of} link set ${bridge} up`,
    ];
  };
  return {
    prefix,
    async attach({ name, privateAddress, publicAddress }) {
      const of = space(name);
      // never the same again: the kernel takes its time to forget a plug
      numbers.set(name, ++count);
      spaces.add(of);
      await run([
        `ip netns add ${of}`,
        `ip -n ${of} link set lo up`,
        ...wire(of, name, "private", privateAddress),
        ...(publicAddress === undefined
          ? [`ip -n ${of} route add default via ${GATEWAY}`]
          : wire(of, name, "internet", publicAddress)),
      ]);
      return of;
    },
    plug: async (name, isIn) =>
      void (await run([`ip -n ${hub} link set i${numbers.get(name)} ${isIn ? "up" : "down"}`])),
    shun: async (name, on) =>
      void (await run([`ip -n ${space(name)} route ${on ? "add" : "del"} blackhole ${prefix}.1`])),
    async detach(name) {
      spaces.delete(space(name));
      await command(["ip", "netns", "del", space(name)]).catch(() => {});
    },
    [Symbol.asyncDispose]: end,
  };
}
