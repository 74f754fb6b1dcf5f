import type { Catalogue } from "./catalogue.ts";

/** Every command. Names and summaries stand here so that `ca3 --help` loads none of them. */
export const commands: Catalogue = {
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
    summary: "Try what ca3 depends on, and say what is wrong with it",
    listsVerbs: true,
    verbs: {
      sources: {
        summary: "Try each source of events: what it would read, what lacks, what it costs",
        load: () => import("./commands/doctor/sources.ts"),
      },
      network: {
        summary: "Try which addresses can be connected to from here",
        load: () => import("./commands/doctor/network.ts"),
      },
    },
  },
  up: {
    group: "Feed",
    summary: "Run the whole pipeline on this machine, with the dashboard",
    load: () => import("./commands/up.ts"),
  },
  producer: {
    group: "Feed",
    summary: "Make or read events and send them to the event log or to stdout",
    load: () => import("./commands/producer.ts"),
  },
  processor: {
    group: "Feed",
    summary: "Store what the event log holds, and serve API, metrics and dashboard",
    load: () => import("./commands/processor.ts"),
  },
  topics: {
    group: "Set up",
    summary: "Create and describe the topics of events in Kafka",
    verbs: {
      create: {
        summary: "Create missing topics, dead letters included, and apply their settings",
        load: () => import("./commands/topics/create.ts"),
      },
      describe: {
        summary: "Show partitions, retention, size, and how far processors are behind",
        load: () => import("./commands/topics/describe.ts"),
      },
    },
  },
  render: {
    group: "Set up",
    summary: "Print the Kubernetes objects of a deployment, without asking a cluster",
    load: () => import("./commands/render.ts"),
  },
  diff: {
    group: "Set up",
    summary: "Show what a deployment would change in a cluster, field by field",
    load: () => import("./commands/diff.ts"),
  },
  deploy: {
    group: "Set up",
    summary: "Bring the pipeline and its monitoring onto a Kubernetes cluster",
    load: () => import("./commands/deploy.ts"),
  },
  secrets: {
    group: "Look",
    summary: "Look at the passwords that a deployment has made, and renew them",
    verbs: {
      show: {
        summary: "List generated Secrets with their ages; values only of one that is named",
        load: () => import("./commands/secrets/show.ts"),
      },
      rotate: {
        summary: "Make a generated Secret anew",
        load: () => import("./commands/secrets/rotate.ts"),
      },
    },
  },
  bootstrap: {
    group: "Set up",
    summary: "Give Kafka and MongoDB the users that ca3 signs in as",
    verbs: {
      kafka: {
        summary: "Make a Kafka user, or give it a new password",
        load: () => import("./commands/bootstrap/kafka.ts"),
      },
      mongo: {
        summary: "Begin or complete a replica set, and make its user",
        load: () => import("./commands/bootstrap/mongo.ts"),
      },
    },
  },
  dlq: {
    group: "Look",
    summary: "Look at the records that could not be stored, and send them again",
    verbs: {
      list: {
        summary: "List dead letters with the reason of each",
        load: () => import("./commands/dlq/list.ts"),
      },
      show: {
        summary: "Show one dead letter with its bytes",
        load: () => import("./commands/dlq/show.ts"),
      },
      replay: {
        summary: "Send dead letters to their topics again, as they came",
        load: () => import("./commands/dlq/replay.ts"),
      },
      drop: {
        summary: "Mark dead letters as dropped",
        load: () => import("./commands/dlq/drop.ts"),
      },
    },
  },
  report: {
    group: "Look",
    summary: "What the stored tokens cost, by model, GPU, host, team, tenant or hour",
    load: () => import("./commands/report.ts"),
  },
  verify: {
    group: "Look",
    summary: "Prove that the pipeline works: each part, and events from end to end",
    load: () => import("./commands/verify.ts"),
  },
  status: {
    group: "Look",
    summary: "Show what is deployed in a cluster, and why something is not ready",
    load: () => import("./commands/status.ts"),
  },
  logs: {
    group: "Look",
    summary: "Print the logs of several pods, merged by time",
    load: () => import("./commands/logs.ts"),
  },
  tunnel: {
    group: "Look",
    summary: "Open the dashboard or Grafana of a cluster on this machine",
    load: () => import("./commands/tunnel.ts"),
  },
  kubectl: {
    group: "Look",
    summary: "Run kubectl in the cluster that ca3 works with",
    load: () => import("./commands/kubectl.ts"),
  },
  undeploy: {
    group: "Tear down",
    summary: "Remove from a cluster what ca3 deploy made; data only when told to",
    load: () => import("./commands/undeploy.ts"),
  },
  plan: {
    group: "Set up",
    summary: "Show what ca3 provision would do on AWS, and what it would cost",
    load: () => import("./commands/plan.ts"),
  },
  provision: {
    group: "Set up",
    summary: "Make the cluster of ca3.yaml on AWS, or go on with it",
    load: () => import("./commands/provision.ts"),
  },
  join: {
    group: "Set up",
    summary: "Add workers to the cluster on AWS",
    load: () => import("./commands/join.ts"),
  },
  leave: {
    group: "Tear down",
    summary: "Take nodes out of the cluster on AWS, and end their machines",
    load: () => import("./commands/leave.ts"),
  },
  upgrade: {
    group: "Set up",
    summary: "Bring the cluster on AWS to another K3s release, node by node",
    load: () => import("./commands/upgrade.ts"),
  },
  unlock: {
    group: "Set up",
    summary: "Free a cluster on AWS that a killed ca3 has left locked",
    load: () => import("./commands/unlock.ts"),
  },
  kubeconfig: {
    group: "Set up",
    summary: "Fetch the kubeconfig of the cluster on AWS, or take it out again",
    load: () => import("./commands/kubeconfig.ts"),
  },
  ssh: {
    group: "Look",
    summary: "Open a shell on a machine of the cluster on AWS",
    load: () => import("./commands/ssh.ts"),
  },
  exec: {
    group: "Look",
    summary: "Run a command on machines of the cluster on AWS",
    load: () => import("./commands/exec.ts"),
  },
  outputs: {
    group: "Look",
    summary: "Print ids and addresses of the cluster, for people, shells and programs",
    load: () => import("./commands/outputs.ts"),
  },
  orphans: {
    group: "Look",
    summary: "List everything of ca3 in the AWS account, with its age and price",
    load: () => import("./commands/orphans.ts"),
  },
  destroy: {
    group: "Tear down",
    summary: "Delete the cluster, and prove that nothing is left",
    load: () => import("./commands/destroy.ts"),
  },
  help: {
    group: "Help",
    summary: "Explain a command, an error code or a topic",
    load: () => import("./commands/help.ts"),
  },
  completion: {
    group: "Help",
    summary: "Print the completion script of a shell",
    load: () => import("./commands/completion.ts"),
  },
  version: {
    group: "Help",
    summary: "Print the version",
    load: () => import("./commands/version.ts"),
  },
};
