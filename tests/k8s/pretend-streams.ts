import { connect, type Socket } from "node:net";
import type { ServerWebSocket } from "bun";
import type { KubeClient } from "../../src/k8s/client/client.ts";
import type { ExecResult } from "../../src/k8s/client/exec.ts";
import type { ApiServer } from "../cluster/kit/api-server.ts";
import { addNode, setStatus } from "./open.ts";

/** Set where the API server is started for it: else it would speak SPDY to the kubelet, which nobody here understands. */
export const PLAIN_STREAMS = ["--feature-gates=TranslateStreamCloseWebsocketRequests=false"] as const;

export type Streams = AsyncDisposable & {
  /** Where a port of a pod leads on this machine, by `POD:PORT`; a port that is not here leads to itself. */
  readonly leads: Map<string, number>;
  /** What every container has printed, as the API server hands it on. */
  log: string;
  /** What a program in a pod does. */
  onExec: (pod: string, command: readonly string[]) => ExecResult | Promise<ExecResult>;
};

type Stream =
  | { readonly kind: "forward"; readonly port: number; readonly target: number; socket?: Socket }
  | { readonly kind: "exec"; readonly pod: string; readonly command: readonly string[] };

/** A node whose kubelet knows streams and nothing else: it forwards ports and runs programs, as a real one is asked to. */
export async function pretendStreams(api: ApiServer, client: KubeClient, node: string): Promise<Streams> {
  const { cert, key } = await api.issue({ name: node, hosts: ["IP:127.0.0.1"] });
  const leads = new Map<string, number>();
  const server = Bun.serve<Stream, never>({
    ...{ port: 0, hostname: "127.0.0.1", tls: { cert, key } },
    fetch(request, upgrading) {
      const { pathname, searchParams } = new URL(request.url);
      const [, verb, , pod = ""] = pathname.split("/");
      if (verb === "containerLogs") return new Response(streams.log);
      const protocol = request.headers.get("sec-websocket-protocol") ?? "";
      const port = Number(searchParams.get("port") ?? searchParams.get("ports"));
      const data: Stream =
        verb === "portForward"
          ? { kind: "forward", port, target: leads.get(`${pod}:${port}`) ?? port }
          : { kind: "exec", pod, command: searchParams.getAll("command") };
      const headers = { "sec-websocket-protocol": protocol.split(",")[0]! };
      return upgrading.upgrade(request, { data, headers }) ? undefined : new Response("no", { status: 400 });
    },
    websocket: {
      open: (socket) => void (socket.data.kind === "forward" ? forward(socket) : exec(socket)),
      message({ data }, message) {
        if (data.kind === "forward") data.socket?.write((message as Buffer).subarray(1));
      },
      close: ({ data }) => void (data.kind === "forward" && data.socket?.destroy()),
    },
  });
  const framed = (channel: number, data: Uint8Array) => Buffer.concat([Buffer.from([channel]), data]);

  function forward(socket: ServerWebSocket<Stream>): void {
    const stream = socket.data as Stream & { kind: "forward" };
    const port = Buffer.alloc(2);
    port.writeUInt16LE(stream.port);
    for (const channel of [0, 1]) socket.send(framed(channel, port));
    const inner = connect({ host: "127.0.0.1", port: stream.target });
    stream.socket = inner;
    inner.on("data", (data: Buffer) => void socket.send(framed(0, data)));
    inner.on("error", (error) => void socket.send(framed(1, Buffer.from(error.message))));
    inner.on("close", () => socket.close());
  }

  async function exec(socket: ServerWebSocket<Stream>): Promise<void> {
    const { pod, command } = socket.data as Stream & { kind: "exec" };
    const { code, stdout, stderr } = await streams.onExec(pod, command);
    socket.send(framed(1, Buffer.from(stdout)));
    socket.send(framed(2, Buffer.from(stderr)));
    const causes = [{ reason: "ExitCode", message: String(code) }];
    const status = code === 0 ? { status: "Success" } : { status: "Failure", details: { causes } };
    socket.send(framed(3, Buffer.from(JSON.stringify(status))));
    socket.close();
  }

  await addNode(client, node, { cpu: "8", memory: "16Gi" });
  await setStatus(
    client,
    { apiVersion: "v1", kind: "Node", metadata: { name: node } },
    {
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: server.port } },
    },
  );
  const streams: Streams = {
    ...{ leads, log: "" },
    onExec: () => ({ code: 127, stdout: "", stderr: "no such program" }),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
  return streams;
}

/** A pod of a workload that runs on a node and is ready, as far as it says. */
export async function readyPod(
  client: KubeClient,
  { node, namespace, name, of }: { node: string; namespace: string; name: string; of: string },
): Promise<void> {
  await client.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name: "default" } });
  const pod = {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { namespace, name, labels: { "app.kubernetes.io/name": of } },
    spec: {
      nodeName: node,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          ...{ name: of, image: "none:1", ports: [{ name: "http", containerPort: 8080 }] },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  };
  await client.apply(pod);
  const status = { name: of, image: "none:1", imageID: "", containerID: "pretend://1", restartCount: 0 };
  await setStatus(client, pod, {
    ...{ phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    containerStatuses: [{ ...status, ready: true, state: { running: {} } }],
  });
}
