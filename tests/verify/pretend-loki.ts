type Push = {
  readonly streams: readonly {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [string, string])[];
  }[];
};
type Line = { readonly labels: Readonly<Record<string, string>>; readonly atMs: number };

/**
 * As much of Loki's HTTP API as a log agent and ca3 use: lines are pushed, and counted over a window by one label. Whatever
 * else is asked is refused, as Loki refuses what it cannot read.
 */
export function pretendLoki(hostname: string) {
  const lines: Line[] = [];
  const server = Bun.serve({
    ...{ port: 0, hostname },
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/loki/api/v1/push" && request.method === "POST") {
        for (const { stream, values } of ((await request.json()) as Push).streams)
          lines.push(...values.map(([ns]) => ({ labels: stream, atMs: Number(BigInt(ns) / 1_000_000n) })));
        return new Response(null, { status: 204 });
      }
      if (pathname !== "/loki/api/v1/query") return new Response("404 page not found", { status: 404 });
      const query = /^sum\(count_over_time\(\{(\w+)="([^"]*)"\}\[(\d+)m\]\)\)$/.exec(
        searchParams.get("query") ?? "",
      );
      if (query === null) return new Response("parse error : syntax error", { status: 400 });
      const [, label = "", value, minutes] = query;
      const from = Date.now() - Number(minutes) * 60_000;
      const count = lines.filter((one) => one.labels[label] === value && one.atMs >= from).length;
      // A sum over nothing is nothing, and not 0.
      const result = count === 0 ? [] : [{ metric: {}, value: [Date.now() / 1000, String(count)] }];
      return Response.json({ status: "success", data: { resultType: "vector", result } });
    },
  });
  return {
    port: server.port!,
    /** Lines of a namespace, so old, as a log agent sends them. */
    async push(namespace: string, ageMs: number, ...texts: readonly string[]): Promise<void> {
      const at = String(BigInt(Date.now() - ageMs) * 1_000_000n);
      const values = texts.map((text) => [at, text]);
      const body = JSON.stringify({ streams: [{ stream: { namespace }, values }] });
      const url = `http://${hostname}:${server.port}/loki/api/v1/push`;
      const { status } = await fetch(url, { method: "POST", body });
      if (status !== 204) throw new Error(`it answers ${status}`);
    },
    forget: () => void lines.splice(0),
    stop: () => server.stop(true),
  };
}
