import { expect, test } from "bun:test";
import { findContext } from "./context.ts";
import { mergeKubeconfigs, parseKubeconfig } from "./parse.ts";

const config = (text: string) => parseKubeconfig(text, "/home/jane/.kube/config");
const two = `
apiVersion: v1
kind: Config
current-context: home
clusters:
- {name: k3s, cluster: {server: "https://10.0.0.1:6443/"}}
- {name: far, cluster: {server: "https://far.example/clusters/c-1", tls-server-name: kube.far, insecure-skip-tls-verify: true}}
users:
- {name: jane, user: {token: t}}
contexts:
- {name: home, context: {cluster: k3s, user: jane}}
- {name: work, context: {cluster: far, user: jane, namespace: gpu}}
`;

test("the current context, or the one that is named", () => {
  const { name, cluster, namespace, server, user } = findContext(config(two), undefined);
  expect({ name, cluster, namespace, server, user: user.name }).toEqual({
    ...{ name: "home", cluster: "k3s", namespace: "default", user: "jane" },
    server: { url: "https://10.0.0.1:6443", ca: undefined, serverName: undefined, insecure: false },
  });
  expect(findContext(config(two), "work")).toMatchObject({
    namespace: "gpu",
    server: { url: "https://far.example/clusters/c-1", serverName: "kube.far", insecure: true },
  });
});

test.each([
  ["a context that is not there", two, "nowhere", "has no context nowhere; it has home, work"],
  [
    "no current context",
    two.replace(/current-context.*/, ""),
    undefined,
    "has no current context; it has home, work",
  ],
  ["nothing at all", "kind: Config", undefined, "has no current context; it has none"],
  [
    "a cluster that is not described",
    two.replace("name: k3s", "name: k4s"),
    undefined,
    "for the cluster k3s, which",
  ],
  [
    "a user who is not described",
    two.replace("name: jane", "name: joan"),
    undefined,
    "for the user jane, whom",
  ],
  [
    "a server that is no address",
    two.replace("https://10", "10"),
    undefined,
    "server is not an address such as",
  ],
  [
    "a proxy of its own",
    two.replace('6443/"', '6443/", proxy-url: "socks5://x"'),
    undefined,
    "proxy-url is not supp",
  ],
  [
    "broken base64",
    two.replace('6443/"', '6443/", certificate-authority-data: e30='),
    undefined,
    "is not PEM in base64",
  ],
  [
    "a file that is gone",
    two.replace('6443/"', '6443/", certificate-authority: no.crt'),
    undefined,
    "names no.crt, which",
  ],
])("%s is said", (_what, text, wanted, message) => {
  expect(() => findContext(config(text), wanted)).toThrow(message);
});

test.each([
  ["a: [", "is not valid YAML"],
  ["", "is empty or no kubeconfig"],
  ["kind: Pod", "holds a Pod, not a kubeconfig"],
  ["clusters: 3", "clusters is not a list"],
  ["users: [{user: {}}]", "users[0] has no name"],
])("%p is no kubeconfig", (text, message) => expect(() => config(text)).toThrow(message));

test("of several files, the first that names something wins, and paths keep their folder", () => {
  const first = parseKubeconfig("users: [{name: jane, user: {token: first}}]", "/a/config");
  const merged = mergeKubeconfigs([first, config(two)]);
  const { user, server } = findContext(merged, undefined);
  expect([user.fields, user.folder, server.url]).toEqual([{ token: "first" }, "/a", "https://10.0.0.1:6443"]);
});
