import { describe, expect, test } from "bun:test";
import { createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { Authority } from "../../cluster/kit/pki.ts";
import { FaultProxy } from "../../faults/real/proxy.ts";
import { freePort } from "../../services/process.ts";
import { configMap, freshNamespace, openClient, resources } from "../open.ts";

export function accessSuite(api: ApiServer): void {
  describe("a cluster says at once why it does not let anybody in", () => {
    const versionOf = (kubeconfig: string, timeoutMs?: number) =>
      openClient(kubeconfig, timeoutMs).http.json({ path: "/version", what: "ask for its version" });

    test("a client certificate that has expired is not even sent", async () => {
      const user = await api.issue({ name: "jane", days: 0 });
      const kubeconfig = api.configFor("expired.yaml", { user });
      const opened = async () => {
        for (;;) {
          await versionOf(kubeconfig);
          await Bun.sleep(50);
        }
      };
      await expect(opened()).rejects.toMatchObject({
        code: "CA3_KUBE_CREDENTIALS",
        message: expect.stringMatching(
          /^the client certificate of user tester in .*expired\.yaml expired on \d{4}-/,
        ),
      });
    });

    test("a token that has expired is refused by the server, and its end is said", async () => {
      const token = signedToken(api, { exp: Math.floor(Date.parse("2026-01-02T03:04:00Z") / 1000) });
      const kubeconfig = api.configFor("old-token.yaml", { user: { token } });
      await expect(versionOf(kubeconfig)).rejects.toMatchObject({
        code: "CA3_KUBE_CREDENTIALS",
        message: "cluster test does not accept user tester: the token expired on 2026-01-02 03:04 UTC",
        exitCode: 4,
      });
    });

    test("a token that nobody knows is refused", async () => {
      await expect(
        versionOf(api.configFor("token.yaml", { user: { token: "wrong" } })),
      ).rejects.toMatchObject({
        code: "CA3_KUBE_CREDENTIALS",
        message: "cluster test does not accept user tester",
      });
    });

    test("an authority that the kubeconfig does not know is not trusted", async () => {
      const { cert } = (await Authority.make(`${api.folder}/theirs`, "theirs")).pem("theirs");
      await expect(versionOf(api.configFor("stranger.yaml", { ca: cert }))).rejects.toMatchObject({
        code: "CA3_KUBE_TLS",
        message: expect.stringContaining(
          "its certificate was issued by an authority that the kubeconfig does not name",
        ),
      });
    });

    test("a certificate for another name is not trusted, until the name is named", async () => {
      const named = (name: string) => api.configFor("named.yaml", { cluster: { "tls-server-name": name } });
      await expect(versionOf(named("elsewhere.test"))).rejects.toMatchObject({
        code: "CA3_KUBE_TLS",
        hint: "set tls-server-name of cluster test to a name in its certificate",
      });
      expect(await versionOf(named("kubernetes.test"))).toMatchObject({ major: "1" });
    });

    test("with insecure-skip-tls-verify no authority is needed", async () => {
      const cluster = { "certificate-authority-data": undefined, "insecure-skip-tls-verify": true };
      expect(await versionOf(api.configFor("insecure.yaml", { cluster }))).toMatchObject({ major: "1" });
    });

    test("nobody there is said with the context to look at", async () => {
      const server = `https://127.0.0.1:${await freePort()}`;
      await expect(versionOf(api.configFor("nobody.yaml", { server }))).rejects.toMatchObject({
        code: "CA3_KUBE_UNREACHABLE",
        message: `cluster test at ${server} cannot be reached: nothing listens there`,
        hint: expect.stringContaining("check context test of the kubeconfig"),
      });
    });

    test("a server that is there and says nothing is said, with how long it was waited for", async () => {
      await using proxy = await FaultProxy.open(api.port);
      const server = `https://127.0.0.1:${proxy.port}`;
      const kubeconfig = api.configFor("silent.yaml", { server });
      proxy.silence();
      await expect(versionOf(kubeconfig, 300)).rejects.toMatchObject({
        code: "CA3_KUBE_UNREACHABLE",
        message: `cluster test at ${server} did not answer within 0.3 s (ask for its version)`,
        hint: expect.stringContaining("--request-timeout"),
      });
    });

    test("a slow server that keeps sending is waited for, however long it takes", async () => {
      const admin = openClient(api.kubeconfig);
      const namespace = await freshNamespace(admin);
      await admin.apply(configMap(namespace, "large", { text: "x".repeat(60_000) }));
      await using proxy = await FaultProxy.open(api.port);
      proxy.slow({ bytesPerSecond: 40_000 });
      const client = openClient(
        api.configFor("slow.yaml", { server: `https://127.0.0.1:${proxy.port}` }),
        1_000,
      );
      const { objects } = await client.list(resources.configMaps, { namespace });
      expect(objects.some(({ metadata }) => metadata.name === "large")).toBe(true);
    });

    test("a connection that is cut before an answer is made again", async () => {
      await using proxy = await FaultProxy.open(api.port);
      const client = openClient(api.configFor("cut.yaml", { server: `https://127.0.0.1:${proxy.port}` }));
      const ask = () => client.http.json({ path: "/version", what: "ask for its version" });
      await ask();
      proxy.silence();
      const answer = ask();
      while (proxy.connections === 0) await Bun.sleep(5);
      proxy.cut();
      await proxy.heal();
      expect(await answer).toMatchObject({ major: "1" });
    });
  });

  describe("a user without rights", () => {
    test("is told which verb on what is forbidden where, and which role grants it", async () => {
      const namespace = await freshNamespace(openClient(api.kubeconfig));
      const jane = openClient(api.configFor("jane.yaml", { user: await api.issue({ name: "jane" }) }));
      await expect(jane.list(resources.pods, { namespace })).rejects.toMatchObject({
        code: "CA3_KUBE_FORBIDDEN",
        message: `user jane may not list pods in namespace ${namespace} in cluster test; the role view grants it`,
        hint: `kubectl create rolebinding ca3-jane --clusterrole=view --user=jane --namespace=${namespace}`,
      });
    });

    test("can do what a role grants in its namespace, and no more", async () => {
      const admin = openClient(api.kubeconfig);
      const namespace = await freshNamespace(admin);
      const joan = openClient(api.configFor("joan.yaml", { user: await api.issue({ name: "joan" }) }));
      await admin.apply(binding(namespace, "joan", "cluster-admin"));
      for (;;) if (await joan.apply(configMap(namespace, "c", {})).catch(() => undefined)) break;
      await expect(joan.list(resources.nodes)).rejects.toMatchObject({
        code: "CA3_KUBE_FORBIDDEN",
        message: "user joan may not list nodes in cluster test; the role cluster-admin grants it",
      });
    });

    test("who acts as another one has the rights of that one", async () => {
      const user = { ...pairOf(await api.issue({ name: "root", groups: ["system:masters"] })), as: "nobody" };
      await expect(
        openClient(api.configFor("as.yaml", { user })).list(resources.secrets),
      ).rejects.toMatchObject({
        message: expect.stringContaining("user nobody may not list secrets"),
      });
    });

    test("two users at once each get their own answer", async () => {
      const admin = openClient(api.kubeconfig);
      const mary = openClient(api.configFor("mary.yaml", { user: await api.issue({ name: "mary" }) }));
      const asked = Array.from({ length: 12 }, (_one, index) =>
        (index % 2 === 0 ? admin : mary).list(resources.nodes).then(
          () => "let in",
          (error: { code: string }) => error.code,
        ),
      );
      expect(await Promise.all(asked)).toEqual(
        Array.from({ length: 12 }, (_one, index) => (index % 2 === 0 ? "let in" : "CA3_KUBE_FORBIDDEN")),
      );
    });
  });
}

const pairOf = ({ cert, key }: { cert: string; key: string }) => ({
  "client-certificate-data": btoa(cert),
  "client-key-data": btoa(key),
});

export const binding = (namespace: string, user: string, role: string) => ({
  ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
  metadata: { namespace, name: `${user}-${role}` },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
});

/** A token of a service account as the cluster signs them. */
function signedToken(api: ApiServer, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = {
    ...{ iss: "https://kubernetes.default.svc", sub: "system:serviceaccount:default:default" },
    ...{ aud: ["https://kubernetes.default.svc"], iat: 0, nbf: 0, ...claims },
  };
  const text = `${part({ alg: "ES256" })}.${part(payload)}`;
  const key = { key: readFileSync(api.tokenKey), dsaEncoding: "ieee-p1363" } as const;
  return `${text}.${createSign("SHA256").update(text).sign(key).toString("base64url")}`;
}
