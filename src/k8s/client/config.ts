import { duration, text } from "../../support/setting-types.ts";
import type { Settings } from "../../support/settings.ts";

/** Which cluster is meant, and as whom. */
export const clusterSettings = {
  kubeconfig: {
    path: "kubernetes.kubeconfig",
    env: ["KUBECONFIG"],
    flag: "kubeconfig",
    hint: "FILE",
    doc: "Kubeconfig file, or several joined by `:`; by default ~/.kube/config",
    type: text,
    optional: true,
  },
  context: {
    path: "kubernetes.context",
    env: ["CA3_CONTEXT"],
    flag: "context",
    hint: "NAME",
    doc: "Context of the kubeconfig to use; by default the current one",
    type: text,
    optional: true,
  },
  requestTimeoutMs: {
    path: "kubernetes.requestTimeout",
    env: ["CA3_KUBERNETES_REQUEST_TIMEOUT"],
    flag: "request-timeout",
    hint: "TIME",
    doc: "How long the API server may stay silent before a request counts as failed",
    type: duration,
    default: 20_000,
  },
} as const satisfies Settings;

/** How long a deployment may take. */
export const deployTimeSettings = {
  timeoutMs: {
    path: "deploy.timeout",
    env: ["CA3_DEPLOY_TIMEOUT"],
    flag: "deploy-timeout",
    hint: "TIME",
    doc: "How long everything may take to become ready",
    type: duration,
    default: 900_000,
  },
} as const satisfies Settings;
