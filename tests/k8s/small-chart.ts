import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "../cluster/kit/programs.ts";
import { command } from "../services/cache.ts";

/** A chart of one Deployment whose image is a value. Answers with its folder. */
export function smallChart(folder: string): string {
  const chart = join(folder, "small");
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: small\nversion: 1.2.3\n");
  writeFileSync(join(chart, "values.yaml"), "image: runs:1\n");
  writeFileSync(
    join(chart, "templates", "web.yaml"),
    `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}-web }
spec:
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec: { containers: [{ name: main, image: {{ .Values.image }} }] }
`,
  );
  return chart;
}

/** The real helm. */
export async function helm(kubeconfig: string, ...words: readonly string[]): Promise<string> {
  return command([await program("helm"), "--kubeconfig", kubeconfig, ...words]);
}
