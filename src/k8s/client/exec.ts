import { Ca3Error } from "../../support/errors.ts";
import { at, listAt, textAt } from "../live-object.ts";
import { openChannels } from "./channels.ts";
import type { KubeHttp } from "./http.ts";
import { pathOf, resources } from "./resource.ts";
import { statusOf } from "./status.ts";

export type ExecRequest = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  /** What the program reads; it sees the end of its input after it. */
  readonly input?: string;
  readonly signal: AbortSignal;
  readonly maxCharacters?: number;
};

export type ExecResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

const [STDIN, STDOUT, STDERR, ERROR, CLOSE] = [0, 1, 2, 3, 255];
const LIMIT = 1024 * 1024;

/** Runs a program in a container to its end. Its own failure is a code; CA3_KUBE errors are about getting there. */
export async function execInPod(http: KubeHttp, request: ExecRequest): Promise<ExecResult> {
  const { namespace, pod, container, command, input, signal, maxCharacters = LIMIT } = request;
  const what = `run ${command[0]} in Pod ${namespace}/${pod}`;
  const channels = await openChannels(http, {
    path: pathOf(resources.pods, { namespace, name: pod, sub: "exec" }),
    query: { container, command: [...command], stdin: input !== undefined, stdout: true, stderr: true },
    protocol: "v5.channel.k8s.io",
    ...{ what, signal },
  });
  const decoders = { [STDOUT!]: new TextDecoder(), [STDERR!]: new TextDecoder() };
  const output = { [STDOUT!]: "", [STDERR!]: "" };
  let status: unknown;
  try {
    if (input !== undefined) {
      channels.send(STDIN!, new TextEncoder().encode(input));
      channels.send(CLOSE!, new Uint8Array([STDIN!]));
    }
    for await (const { channel, data } of channels.messages()) {
      if (channel === STDOUT || channel === STDERR)
        output[channel] = (output[channel]! + decoders[channel]!.decode(data, { stream: true })).slice(
          0,
          maxCharacters,
        );
      else if (channel === ERROR) status = JSON.parse(new TextDecoder().decode(data));
    }
  } finally {
    channels.close();
  }
  if (signal.aborted) throw new DOMException(`stopped: ${what}`, "AbortError");
  return { code: exitCode(http, status, what), stdout: output[STDOUT!]!, stderr: output[STDERR!]! };
}

function exitCode(http: KubeHttp, status: unknown, what: string): number {
  if (status === undefined)
    throw new Ca3Error("CA3_KUBE_UNREACHABLE", `the connection to cluster ${http.cluster} broke (${what})`);
  if (textAt(status, "status") === "Success") return 0;
  const causes = listAt(status, "details", "causes");
  const code = causes.find((cause) => at(cause, "reason") === "ExitCode");
  if (code !== undefined) return Number(textAt(code, "message"));
  throw http.refused(statusOf(status as Record<string, unknown>, 500), what);
}
