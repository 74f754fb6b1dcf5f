import { counter, gauge } from "./metric-facts.ts";

/** What any process of `ca3` says about itself. */
export const runtimeMetrics = {
  ca3_build_info: gauge("1", ["version", "runtime", "platform"], "Always 1; the labels say what is running"),
  ca3_event_loop_lag_seconds: gauge("seconds", [], "Greatest delay of a timer in the last ten seconds"),
  process_cpu_seconds_total: counter("seconds", [], "User and system CPU time used"),
  process_resident_memory_bytes: gauge("bytes", [], "Resident memory"),
  process_heap_bytes: gauge("bytes", [], "Heap in use by the JavaScript engine"),
  process_start_time_seconds: gauge("seconds", [], "Start of the process since the Unix epoch"),
} as const;
