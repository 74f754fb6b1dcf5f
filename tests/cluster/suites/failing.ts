import { describe, expect, test } from "bun:test";
import { resources } from "../../../src/k8s/client/resource.ts";
import { conditionOf, listAt, textAt } from "../../../src/k8s/live-object.ts";
import { isReady, podsOf, until } from "../looks.ts";
import { meddling, workload } from "../meddling.ts";
import type { Stage } from "../stage.ts";
import { saying, told, verify } from "../verified.ts";
import { expectAllWell } from "./verifying.ts";

const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local-path" },
};
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "app" } };
const policy = {
  ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
  metadata: { namespace: "app", name: "deny-all" },
};
const scaler = {
  ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
  metadata: { namespace: "app", name: "processor" },
};
const isDefault = (is: boolean) => ({
  metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": String(is) } },
});

/** Faults in every area: the checks that they concern fail, no other, and each says what to do. */
export function failingSuite(stage: Stage): void {
  const { client } = stage.node;
  const somebody = meddling(stage);
  const scaling = async () =>
    (await client.list(resources.autoscalers, { namespace: "app" })).objects.map(
      (one) => conditionOf(one, "ScalingActive")?.status,
    );

  describe("ca3 verify, when something is wrong,", () => {
    test("tells each object, topic and index that somebody has changed", async () => {
      await somebody.set(storageClass, isDefault(false));
      await somebody.set(namespace, {
        metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
      });
      await somebody.set(policy, { spec: { ingress: [{}] } });
      await somebody.set(scaler, { spec: { maxReplicas: 99 } });
      const containers = [{ name: "producer", image: "ca3.test/none:latest" }];
      const producers = await client.get({
        ...workload("app", "producers"),
        namespace: "app",
        name: "producers",
      });
      const [was] = listAt(producers, "spec", "template", "spec", "containers");
      await somebody.set(workload("app", "producers"), {
        spec: { template: { spec: { containers: [{ ...(was as object), ...containers[0] }] } } },
      });
      await somebody.scale("kube-system", "metrics-server", 0);
      await somebody.keepTopic("token.usage.v1", 3_600_000);
      await somebody.dropIndex("token_usage", "ca3_model_ts");
      await until(
        "a pod is without its image",
        () => podsOf(stage, "app", "producers"),
        (pods) =>
          pods.some(
            (pod) =>
              textAt(pod, "status", "containerStatuses", 0, "state", "waiting", "reason") ===
              "ErrImageNeverPull",
          ),
      );
      await until("autoscalers have no metrics", scaling, (all) => all.every((status) => status === "False"));
      const areas = ["kafka", "mongo", "cluster", "release", "hpa", "security", "processor", "producers"];
      const seen = await verify(stage, ...areas);
      expect([seen.code, told(seen)]).toEqual([
        3,
        {
          "kafka.topics": saying(
            /^token\.usage\.v1 keeps records 1 h/,
            "exec deploy/processor -- ca3 topics create",
          ),
          "mongo.indexes": saying(/^there is no index token_usage\.ca3_model_ts$/, "start a processor"),
          "cluster.storage": saying(/^none of local-path is the default$/, "deploy.storageClass"),
          "cluster.metrics-api": saying(
            /^v1beta1\.metrics\.k8s\.io is not available: /,
            "ca3 kubectl -- -n kube-system get pods",
          ),
          "release.ready": saying(
            /^Deployment app\/producers is .*its image ca3\.test\/none:latest does not exist/,
            "ca3 status",
          ),
          "hpa.scaling": saying(/^ScalingActive of \w+ is False: .*metrics/, "describe hpa"),
          "hpa.partitions": saying(/^processor may go to 99 replicas$/, "deploy.processor.max"),
          "security.pod-security": saying(
            /^namespace app enforces the Pod Security level privileged$/,
            "ca3 deploy",
          ),
          "security.default-deny": saying(
            /^no NetworkPolicy denies all traffic in namespace app$/,
            "ca3 deploy",
          ),
          "security.images": saying(
            /^Deployment app\/producers runs ca3\.test\/none:latest$/,
            "ca3 deploy --force",
          ),
        },
      ]);
    }, 180_000);

    test("tells the Secret that holds another password than the server knows", async () => {
      await somebody.guess("kafka-client", "password");
      await somebody.guess("mongo-client", "password");
      await somebody.guess("api-token", "token");
      const seen = await verify(stage, "kafka", "mongo", "processor", "producers", "workflow");
      const rotate = (name: string) =>
        saying(
          new RegExp(`password is that of Secret app/${name}`),
          `ca3 secrets rotate ${name}, then ca3 deploy`,
        );
      expect([seen.code, told(seen)]).toEqual([
        3,
        {
          "kafka.reachable": rotate("kafka-client"),
          "mongo.reachable": rotate("mongo-client"),
          "processor.metrics": saying(/answers 401/, "ca3 secrets rotate api-token, then ca3 deploy"),
          "producers.sending": rotate("kafka-client"),
          "workflow.appended": rotate("kafka-client"),
        },
      ]);
    }, 120_000);

    test("is content again once what it said to do is done", async () => {
      for (const name of ["kafka-client", "mongo-client", "api-token"])
        expect((await stage.ca3(`secrets rotate ${name} --yes`)).code).toBe(0);
      await somebody.set(storageClass, isDefault(true));
      await somebody.scale("kube-system", "metrics-server", 1);
      const diff = await stage.ca3("diff");
      for (const one of [
        "NetworkPolicy app/deny-all",
        "Deployment app/producers",
        "Autoscaler app/processor",
      ])
        expect(diff.err).toMatch(new RegExp(`cannot apply \\w*${one} .* belongs to somebody`));
      expect(diff.code).toBe(1);
      const { code, err } = await stage.ca3("deploy --yes --force");
      expect([code, err]).toEqual([0, expect.anything()]);
      expect((await stage.ca3("diff")).code).toBe(0);
      await until("autoscalers have metrics", scaling, (all) => all.every((status) => status === "True"));
      await expectAllWell(stage);
    }, 240_000);

    test("asks a processor that is not ready what it lacks", async () => {
      await somebody.scale("platform", "mongo", 0, "StatefulSet");
      await until(
        "no processor is ready",
        () => podsOf(stage, "app", "processor"),
        (pods) => !pods.some(isReady),
      );
      const seen = await verify(stage, "mongo", "processor.ready");
      expect([seen.code, told(seen)]).toEqual([
        3,
        {
          "mongo.reachable": saying(/^there is no pod of mongo in namespace platform/, "ca3 deploy"),
          "processor.ready": saying(/^store: /, "ca3 logs"),
        },
      ]);
    }, 120_000);

    test("tells what nobody reads and nobody sends", async () => {
      stage.settings({ verify: { maxLag: "1s" } });
      for (const name of ["processor", "producers"]) await somebody.scale("app", name, 0);
      await until(
        "no pod is left",
        () => podsOf(stage, "app"),
        (pods) => pods.length === 0,
      );
      await until("nothing is scaled", scaling, (all) => all.every((status) => status === "False"));
      const seen = await verify(stage, "kafka", "processor", "producers", "hpa");
      expect([seen.code, told(seen)]).toEqual([
        3,
        {
          "kafka.lag": saying(/^group processor is \d+ records? behind/, "start a processor"),
          "processor.health": saying(/^there is no pod of processor in namespace app/, "ca3 deploy"),
          "producers.sending": saying(/^no record came in \d+ s$/, "start a producer"),
          "hpa.scaling": saying(/replica count of the target is zero/, "describe hpa"),
        },
      ]);
      stage.settings();
      await somebody.scale("platform", "mongo", 1, "StatefulSet");
      await until(
        "MongoDB is back",
        () => somebody.replicas("platform", "mongo", "StatefulSet"),
        (ready) => ready === 1,
      );
      for (const name of ["processor", "producers"]) await somebody.scale("app", name, 1);
      await until(
        "processors are back",
        () => somebody.replicas("app", "processor"),
        (ready) => Number(ready) > 0,
      );
      await expectAllWell(stage);
    }, 240_000);
  });
}
