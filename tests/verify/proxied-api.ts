import type { ApiServer } from "../cluster/kit/api-server.ts";

/** A way to the API server on which some answers are others; everybody on it may do everything. */
export async function proxied(api: ApiServer) {
  const admin = await api.issue({ name: "admin", groups: ["system:masters"] });
  const answers = new Map<string, Response>();
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch({ url, method, headers, body }) {
      const { pathname, search } = new URL(url);
      const { ca } = api;
      return (
        answers.get(pathname)?.clone() ??
        fetch(`${api.url}${pathname}${search}`, {
          ...{ method, headers, body, decompress: false, tls: { ca, ...admin } },
        })
      );
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    /** By path, what is said instead. */
    answers,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
