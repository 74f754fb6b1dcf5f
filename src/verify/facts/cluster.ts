import type { CheckFacts } from "../facts.ts";

/** Checks of a Kubernetes cluster, through its API server. */
export const clusterFacts = {
  "cluster.api": {
    title: "The API server is ready, and new enough",
    looks: "Asks for the version and for /readyz.",
    causes: ["the context points to another cluster", "the server is starting, or its store is away"],
    next: ["ca3 kubectl -- get --raw '/readyz?verbose'", "ca3 kubectl -- version"],
    deadlineMs: 25_000,
  },
  "cluster.nodes": {
    title: "Every node is ready",
    looks: "Reads the conditions Ready, MemoryPressure, DiskPressure and PIDPressure of all nodes.",
    causes: ["a kubelet is not running", "the disk or memory of a node is full"],
    next: ["ca3 kubectl -- describe nodes"],
    needs: ["cluster.api"],
  },
  "cluster.storage": {
    title: "There is a default StorageClass",
    looks: "Reads the storage classes.",
    causes: ["no provisioner is installed", "none of the classes is marked as the default"],
    next: ["ca3 kubectl -- get storageclass"],
    needs: ["cluster.api"],
  },
  "cluster.metrics-api": {
    title: "Pod metrics are available",
    looks: "Reads the condition Available of the APIService v1beta1.metrics.k8s.io, which autoscaling needs.",
    causes: ["metrics-server is not installed, or is not running"],
    next: ["ca3 kubectl -- top nodes"],
    needs: ["cluster.api"],
  },
  "release.ready": {
    title: "Everything that was deployed is ready",
    looks: "Checks each object of the deployment, as ca3 status does.",
    causes: ["nothing is deployed", "an image cannot be pulled", "a pod crashes or fits on no node"],
    next: ["ca3 status", "ca3 logs"],
    needs: ["cluster.api"],
    deadlineMs: 25_000,
  },
  "hpa.scaling": {
    title: "The autoscalers can scale",
    looks: "Reads AbleToScale and ScalingActive of each autoscaler of the deployment.",
    causes: [
      "no metrics: metrics-server or KEDA is missing",
      "pods without requests",
      "nothing that scales is deployed",
    ],
    next: ["ca3 kubectl -- describe hpa", "ca3 verify explain cluster.metrics-api"],
    needs: ["cluster.api"],
  },
  "hpa.partitions": {
    title: "No more processors than partitions",
    looks: "Compares maxReplicas of the processor's autoscaler with the partitions of a topic.",
    causes: ["deploy.processor.max is above topics.partitions"],
    next: ["ca3 diff"],
    needs: ["cluster.api"],
  },
  "scale.processor": {
    title: "The processors follow a burst, out and in, and lose nothing",
    looks:
      "Waits until nothing scales by itself; sends 5,000 events without tokens again and again, as many as it takes to keep the processors busy, until more of them are wanted and ready; then waits until all are processed, each event is stored and counted once, and there are no more processors than before. How long that may take follows from the windows and steps of the autoscaler. Changes no object.",
    causes: [
      "as many processors as there may be are wanted already: deploy.processor.max",
      "the autoscaler has no metrics",
      "the new pods fit on no node",
      "the processors have enough processor time for any load: deploy.processor.cpuRequest",
      "memory or other load keeps more of them: deploy.processor.memoryRequest",
    ],
    next: ["ca3 kubectl -- describe hpa", "ca3 status"],
    needs: ["hpa.scaling", "workflow.measured"],
    // It bounds itself, by the rules of an autoscaler that may take its time.
    deadlineMs: 86_400_000,
    onRequest: true,
  },
  "security.pod-security": {
    title: "Every namespace enforces a Pod Security level",
    looks:
      "Reads the label pod-security.kubernetes.io/enforce of the namespaces of the deployment; those of the services, their data and monitoring must be restricted.",
    causes: ["the label was removed or changed", "the namespace was created by somebody else"],
    next: ["ca3 diff", "ca3 deploy"],
    needs: ["cluster.api"],
  },
  "security.default-deny": {
    title: "Every namespace denies traffic that is not allowed",
    looks:
      "Looks in each namespace that something of the deployment is in, or any pod runs in, for a NetworkPolicy of all pods that allows nothing, both ways. A namespace that ca3 undeploy has left empty counts again when a pod starts there.",
    causes: ["the policy was removed", "the namespace was created by somebody else"],
    next: ["ca3 diff", "ca3 deploy"],
    needs: ["cluster.api"],
  },
  "security.images": {
    title: "Images are pinned",
    looks: "Requires a digest, or a tag other than latest, in every container of the deployment.",
    causes: ["an image was changed by hand", "deploy.image names no version"],
    next: ["ca3 diff"],
    needs: ["cluster.api"],
  },
  "security.network-enforced": {
    title: "The cluster enforces NetworkPolicies",
    looks:
      "Lets a running processor connect, by ca3 doctor network, to Kafka, which it may reach, and to the API server and Kafka's controller port, which no policy lets it reach.",
    causes: ["the network plugin ignores NetworkPolicies", "a policy was added that allows too much"],
    next: ["ca3 kubectl -- get networkpolicy --all-namespaces"],
    needs: ["cluster.api"],
    deadlineMs: 25_000,
  },
  "metrics.prometheus": {
    title: "Prometheus reaches the services of ca3",
    looks: "Asks Prometheus, through the API server, for its targets in the namespaces of the deployment.",
    causes: [
      "monitoring is not deployed",
      "a ServiceMonitor selects nothing",
      "a NetworkPolicy keeps Prometheus out",
    ],
    next: ["ca3 tunnel prometheus"],
    needs: ["cluster.api"],
    deadlineMs: 25_000,
  },
  "metrics.alerts": {
    title: "Alerts are evaluated, and have somewhere to go",
    looks:
      "Asks Prometheus, through the API server, for the groups of rules of ca3, whether each rule can be evaluated, and for its Alertmanagers; and Alertmanager whether it is ready.",
    causes: [
      "monitoring is not deployed",
      "the PrometheusRule was removed or changed",
      "Alertmanager does not run, or does not take its configuration: deploy.monitoring.alertmanagerSecret",
    ],
    next: ["ca3 status", "ca3 tunnel alertmanager"],
    needs: ["cluster.api"],
    deadlineMs: 25_000,
  },
  "metrics.grafana-login": {
    title: "Grafana refuses strangers and well-known passwords",
    looks:
      "Asks Grafana for the current user without signing in, and as admin with the default passwords of its image and chart.",
    causes: ["the password was set by hand", "anonymous access was turned on"],
    next: ["ca3 secrets rotate grafana-admin", "ca3 tunnel grafana"],
    needs: ["cluster.api"],
    deadlineMs: 20_000,
  },
  "logs.loki": {
    title: "Loki has log lines from the last five minutes",
    looks: "Asks Loki, through the API server, for the streams of the namespace of the services.",
    causes: ["logs are not deployed", "the log agent cannot read or send"],
    next: ["ca3 status", "ca3 logs"],
    needs: ["cluster.api"],
    deadlineMs: 25_000,
  },
} as const satisfies Readonly<Record<`${string}.${string}`, CheckFacts>>;
