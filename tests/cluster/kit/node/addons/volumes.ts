import type { KubeObject } from "../../../../../src/k8s/object.ts";
import { LOCAL_PATH, TOOLS } from "../../images/names.ts";
import { account, bind, deployment, namespace, rbac } from "./parts.ts";

const VOLUMES = "local-path-provisioner";

/** Volumes out of folders of the node, as K3s has them. */
export const volumes: readonly KubeObject[] = [
  account(VOLUMES),
  {
    ...{ ...rbac, kind: "ClusterRole", metadata: { name: VOLUMES } },
    rules: [
      {
        ...{ apiGroups: [""], verbs: ["get", "list", "watch"] },
        resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"],
      },
      {
        ...{ apiGroups: [""], resources: ["persistentvolumes", "pods", "endpoints"] },
        verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
      },
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
    ],
  },
  bind(VOLUMES, VOLUMES, VOLUMES),
  {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: VOLUMES, namespace } },
    data: {
      "config.json": JSON.stringify({
        nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: ["/opt/volumes"] }],
      }),
      setup: 'mkdir -m 0777 -p "$VOL_DIR"\n',
      teardown: 'rm -rf "$VOL_DIR"\n',
      "helperPod.yaml": JSON.stringify({
        ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "helper" } },
        spec: { containers: [{ name: "helper", image: TOOLS, imagePullPolicy: "IfNotPresent" }] },
      }),
    },
  },
  deployment({
    ...{ name: VOLUMES, labels: { app: VOLUMES } },
    container: {
      image: LOCAL_PATH,
      args: [
        ...["start", "--config", "/etc/config/config.json"],
        ...["--configmap-name", VOLUMES, "--service-account-name", VOLUMES],
      ],
      env: [
        { name: "POD_NAMESPACE", value: namespace },
        { name: "CONFIG_MOUNT_PATH", value: "/etc/config/" },
      ],
      volumeMounts: [{ name: "config", mountPath: "/etc/config" }],
    },
    volumes: [{ name: "config", configMap: { name: VOLUMES } }],
  }),
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: "local-path",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    ...{ provisioner: "rancher.io/local-path", volumeBindingMode: "WaitForFirstConsumer" },
  },
];
