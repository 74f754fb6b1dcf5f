import { dashboard, type Panel } from "./panel.ts";

const panels: readonly Panel[] = [
  {
    title: "Ready",
    what: "Checks of readiness that fail, by service",
    unit: "short",
    stat: true,
    queries: [["count(ready == 0) or vector(0)", "failing"]],
  },
  {
    title: "Dependencies away",
    what: "Services that cannot reach the log or the store",
    unit: "short",
    stat: true,
    queries: [["count(dependency_up == 0) or vector(0)", "away"]],
  },
  {
    title: "Sources that do not answer",
    what: "GPUs and servers that are not read",
    unit: "short",
    stat: true,
    queries: [["count(producer_source_up == 0) or vector(0)", "silent"]],
  },
  {
    title: "Restarts in a day",
    what: "Of all containers",
    unit: "short",
    stat: true,
    queries: [["sum(increase(kube_pod_container_status_restarts_total[1d])) or vector(0)", "restarts"]],
  },
  {
    title: "Memory",
    what: "Resident memory of each service",
    unit: "bytes",
    queries: [["max by (job, instance) (process_resident_memory_bytes)", "{{job}} {{instance}}"]],
  },
  {
    title: "Processor time",
    what: "Cores that each service uses",
    unit: "short",
    queries: [
      ["sum by (job, instance) (rate(process_cpu_seconds_total[$__rate_interval]))", "{{job}} {{instance}}"],
    ],
  },
  {
    title: "Replicas",
    what: "How many pods there are, and how many are wanted",
    unit: "short",
    queries: [
      [
        "max by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas)",
        "{{horizontalpodautoscaler}}",
      ],
      [
        "max by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_desired_replicas)",
        "{{horizontalpodautoscaler}} wanted",
      ],
    ],
  },
  {
    title: "Free disk",
    what: "Share of each volume that is free",
    unit: "percentunit",
    queries: [
      [
        "min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes)",
        "{{namespace}} {{persistentvolumeclaim}}",
      ],
    ],
  },
];

export const healthDashboard = dashboard("ca3-health", "ca3: health", panels);
