import type { Catalogue } from "./catalogue.ts";

/** Every command. Names and summaries stand here so that `ca3 --help` loads none of them. */
export const commands: Catalogue = {
  up: {
    group: "Run",
    summary: "Run the whole pipeline on this machine, with the dashboard",
    load: () => import("./commands/up.ts"),
  },
  producer: {
    group: "Run",
    summary: "Read or generate events and send them to the event log or to stdout",
    load: () => import("./commands/producer.ts"),
  },
  processor: {
    group: "Run",
    summary: "Store the events of the event log; serve API, metrics and dashboard",
    load: () => import("./commands/processor.ts"),
  },
  report: {
    group: "Look",
    summary: "Show what tokens cost, by model, GPU, host, team, tenant or hour",
    load: () => import("./commands/report.ts"),
  },
  verify: {
    group: "Look",
    summary: "Verify that the pipeline works: each part, and events from end to end",
    load: () => import("./commands/verify.ts"),
  },
  dlq: {
    group: "Look",
    summary: "Inspect records that could not be stored, and send them again",
    verbs: {
      list: {
        summary: "List dead letters and why each was rejected",
        load: () => import("./commands/dlq/list.ts"),
      },
      show: {
        summary: "Show one dead letter with its bytes",
        load: () => import("./commands/dlq/show.ts"),
      },
      replay: {
        summary: "Send dead letters to their topics again, unchanged",
        load: () => import("./commands/dlq/replay.ts"),
      },
      drop: {
        summary: "Mark dead letters as dropped",
        load: () => import("./commands/dlq/drop.ts"),
      },
    },
  },
  config: {
    group: "Set up",
    summary: "Write, check and explain the settings file ca3.yaml",
    verbs: {
      init: {
        summary: "Write a commented ca3.yaml with every setting and its default",
        load: () => import("./commands/config/init.ts"),
      },
      check: {
        summary: "Report every problem in ca3.yaml and the environment at once",
        load: () => import("./commands/config/check.ts"),
      },
      schema: {
        summary: "Print the JSON Schema of ca3.yaml for editors",
        load: () => import("./commands/config/schema.ts"),
      },
      explain: {
        summary: "Show each setting, its value and where it came from",
        load: () => import("./commands/config/explain.ts"),
      },
    },
  },
  doctor: {
    group: "Set up",
    summary: "Test what ca3 depends on, and say what is wrong",
    listsVerbs: true,
    verbs: {
      sources: {
        summary: "Test each source of events: what it would read, what is missing, what it costs",
        load: () => import("./commands/doctor/sources.ts"),
      },
      network: {
        summary: "Test which addresses can be reached from here",
        load: () => import("./commands/doctor/network.ts"),
      },
    },
  },
  topics: {
    group: "Set up",
    summary: "Create and describe the topics of events in Kafka",
    verbs: {
      create: {
        summary: "Create missing topics, including dead-letter topics, and apply their settings",
        load: () => import("./commands/topics/create.ts"),
      },
      describe: {
        summary: "Show partitions, retention, size, and how far behind processors are",
        load: () => import("./commands/topics/describe.ts"),
      },
    },
  },
  bootstrap: {
    group: "Set up",
    summary: "Create the users of Kafka and MongoDB that ca3 signs in as",
    verbs: {
      kafka: {
        summary: "Create a Kafka user, or give it a new password",
        load: () => import("./commands/bootstrap/kafka.ts"),
      },
      mongo: {
        summary: "Initiate or complete a replica set, and create its user",
        load: () => import("./commands/bootstrap/mongo.ts"),
      },
    },
  },
  render: {
    group: "Kubernetes",
    summary: "Print the Kubernetes objects of a deployment, without contacting a cluster",
    load: () => import("./commands/render.ts"),
  },
  diff: {
    group: "Kubernetes",
    summary: "Show what a deployment would change in a cluster, field by field",
    load: () => import("./commands/diff.ts"),
  },
  deploy: {
    group: "Kubernetes",
    summary: "Deploy the pipeline and its monitoring to a Kubernetes cluster",
    load: () => import("./commands/deploy.ts"),
  },
  status: {
    group: "Kubernetes",
    summary: "Show what is deployed in a cluster, and why something is not ready",
    load: () => import("./commands/status.ts"),
  },
  logs: {
    group: "Kubernetes",
    summary: "Print the logs of several pods, merged by time",
    load: () => import("./commands/logs.ts"),
  },
  tunnel: {
    group: "Kubernetes",
    summary: "Open the dashboard, Grafana or the API of a cluster on a local port",
    load: () => import("./commands/tunnel.ts"),
  },
  kubectl: {
    group: "Kubernetes",
    summary: "Run kubectl on the cluster that ca3 works with",
    load: () => import("./commands/kubectl.ts"),
  },
  secrets: {
    group: "Kubernetes",
    summary: "Show and rotate the passwords that a deployment has generated",
    verbs: {
      show: {
        summary: "List generated Secrets and their ages; print the values of one on request",
        load: () => import("./commands/secrets/show.ts"),
      },
      rotate: {
        summary: "Generate a new value for a Secret",
        load: () => import("./commands/secrets/rotate.ts"),
      },
    },
  },
  undeploy: {
    group: "Kubernetes",
    summary: "Remove from a cluster what ca3 deploy created; data only on request",
    load: () => import("./commands/undeploy.ts"),
  },
  plan: {
    group: "AWS",
    summary: "Show what ca3 provision would do on AWS, and what it would cost",
    load: () => import("./commands/plan.ts"),
  },
  provision: {
    group: "AWS",
    summary: "Create the cluster of ca3.yaml on AWS, or change it to match",
    load: () => import("./commands/provision.ts"),
  },
  join: {
    group: "AWS",
    summary: "Add workers to the cluster on AWS",
    load: () => import("./commands/join.ts"),
  },
  upgrade: {
    group: "AWS",
    summary: "Move the cluster on AWS to another K3s release, node by node",
    load: () => import("./commands/upgrade.ts"),
  },
  leave: {
    group: "AWS",
    summary: "Remove nodes from the cluster on AWS and terminate their machines",
    load: () => import("./commands/leave.ts"),
  },
  kubeconfig: {
    group: "AWS",
    summary: "Fetch the kubeconfig of the cluster on AWS, or remove it again",
    load: () => import("./commands/kubeconfig.ts"),
  },
  ssh: {
    group: "AWS",
    summary: "Open a shell on a machine of the cluster on AWS",
    load: () => import("./commands/ssh.ts"),
  },
  exec: {
    group: "AWS",
    summary: "Run a command on machines of the cluster on AWS",
    load: () => import("./commands/exec.ts"),
  },
  outputs: {
    group: "AWS",
    summary: "Print ids and addresses of the cluster on AWS",
    load: () => import("./commands/outputs.ts"),
  },
  orphans: {
    group: "AWS",
    summary: "List everything ca3 created in the AWS account, with age and price",
    load: () => import("./commands/orphans.ts"),
  },
  unlock: {
    group: "AWS",
    summary: "Unlock a cluster on AWS that a killed ca3 left locked",
    load: () => import("./commands/unlock.ts"),
  },
  destroy: {
    group: "AWS",
    summary: "Delete the cluster on AWS, and check that nothing is left",
    load: () => import("./commands/destroy.ts"),
  },
  help: {
    group: "Help",
    summary: "Explain a command, an error code or a topic",
    load: () => import("./commands/help.ts"),
  },
  completion: {
    group: "Help",
    summary: "Print a shell completion script",
    load: () => import("./commands/completion.ts"),
  },
  version: {
    group: "Help",
    summary: "Print the version",
    load: () => import("./commands/version.ts"),
  },
};
