/**
 * What Alloy does: find the pods, of its own node where it reads files; label their logs with namespace, app and
 * container, and few other labels, because each combination is a stream; send them to Loki.
 */
export const alloyConfig = (byFile: boolean, url: string): string => `logging {
  level  = "warn"
  format = "json"
}

discovery.kubernetes "pods" {
  role = "pod"
${byFile ? nodeOnly : ""}}

discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets

  rule {
    source_labels = ["__meta_kubernetes_namespace"]
    target_label  = "namespace"
  }
  rule {
    source_labels = ["__meta_kubernetes_pod_label_app_kubernetes_io_name", "__meta_kubernetes_pod_label_app", "__meta_kubernetes_pod_name"]
    regex         = "^;*([^;]+).*$"
    target_label  = "app"
  }
  rule {
    source_labels = ["__meta_kubernetes_pod_container_name"]
    target_label  = "container"
  }
  rule {
    source_labels = ["__meta_kubernetes_pod_name"]
    target_label  = "pod"
  }
${byFile ? filePath : ""}}

${byFile ? fileSource : apiSource}
loki.process "pods" {
${byFile ? criStage : ""}
  stage.json {
    expressions = { level = "level" }
  }
  stage.labels {
    values = { level = "" }
  }
  stage.structured_metadata {
    values = { pod = "" }
  }
  stage.label_drop {
    values = ["pod", "filename", "stream"]
  }
  forward_to = [loki.write.loki.receiver]
}

loki.write "loki" {
  endpoint {
    url = "${url}"
  }
}
`;

const nodeOnly = `  selectors {
    role  = "pod"
    field = "spec.nodeName=" + coalesce(sys.env("HOSTNAME"), constants.hostname)
  }
`;

const filePath = `  rule {
    source_labels = ["__meta_kubernetes_pod_uid", "__meta_kubernetes_pod_container_name"]
    separator     = "/"
    target_label  = "__path__"
    replacement   = "/var/log/pods/*$1/*.log"
  }
`;

const fileSource = `local.file_match "pods" {
  path_targets = discovery.relabel.pods.output
}

loki.source.file "pods" {
  targets    = local.file_match.pods.targets
  forward_to = [loki.process.pods.receiver]
}
`;

const apiSource = `loki.source.kubernetes "pods" {
  targets    = discovery.relabel.pods.output
  forward_to = [loki.process.pods.receiver]
}
`;

const criStage = "  stage.cri { }";
