/** True for addresses that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * True when a browser that was sent here by this `Host` header meant this machine. A page of a stranger can point a
 * name of its own at 127.0.0.1 and read what it gets (DNS rebinding), but its name stays in the header.
 */
export function isKnownHost(header: string, allowed: readonly string[]): boolean {
  const name = header
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")
    .toLowerCase();
  return isLoopback(name) || name.endsWith(".localhost") || allowed.some((one) => one.toLowerCase() === name);
}
