import { type Entry, tar } from "../../scripts/image/tar.ts";
import { lockedCharts, type ReleaseName } from "../../src/k8s/manifests/releases/release.ts";
import { PAUSE } from "./kit/images/names.ts";

/** A chart repository of this machine, with charts in the names and versions that a deployment asks for. */
export type ChartRepository = Disposable & {
  /** With charts that install one Deployment that runs. */
  readonly good: string;
  /** With charts that Helm cannot render. */
  readonly broken: string;
};

const restricted = `
      securityContext: { runAsNonRoot: true, runAsUser: 65535, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: main
          image: ${PAUSE}
          imagePullPolicy: Never
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec:${restricted}
`;

const templates = { good: deployment, broken: '{{ fail "this chart is broken on purpose" }}\n' } as const;

export function serveCharts(hostname: string, releases: readonly ReleaseName[]): ChartRepository {
  const charts = releases.map((name) => lockedCharts[name]);
  const answer = (path: string): Uint8Array | string | undefined => {
    const [, kind, file] = path.split("/") as [string, keyof typeof templates, string];
    if (file === "index.yaml") {
      const entries = charts.map(({ chart: name, version }) => [
        name,
        [{ apiVersion: "v2", name, version, urls: [`${name}-${version}.tgz`] }],
      ]);
      return JSON.stringify({ apiVersion: "v1", entries: Object.fromEntries(entries) });
    }
    const chart = charts.find(({ chart: name, version }) => file === `${name}-${version}.tgz`);
    return chart === undefined ? undefined : packed(chart.chart, chart.version, templates[kind]);
  };
  const server = Bun.serve({
    ...{ port: 0, hostname },
    fetch: ({ url }) => {
      const body = answer(new URL(url).pathname);
      return body === undefined
        ? new Response(null, { status: 404 })
        : new Response(new Blob([body as string]));
    },
  });
  const at = (kind: keyof typeof templates) => `http://${hostname}:${server.port}/${kind}`;
  return {
    ...{ good: at("good"), broken: at("broken") },
    [Symbol.dispose]: () => void server.stop(true),
  };
}

function packed(name: string, version: string, template: string): Uint8Array {
  const file = (path: string, text: string): Entry => ({
    ...{ path: `${name}/${path}`, mode: 0o644, bytes: new TextEncoder().encode(text) },
  });
  const about = JSON.stringify({ apiVersion: "v2", name, version });
  return Bun.gzipSync(new Uint8Array(tar([file("Chart.yaml", about), file("templates/all.yaml", template)])));
}
