import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApiServer } from "../cluster/kit/api-server.ts";
import { openClient } from "../k8s/open.ts";
import { type SecureKafka, startSecureKafka } from "../services/kafka/secure.ts";
import { withService } from "../services/require.ts";
import { secret } from "./in-cluster.ts";
import { verify } from "./verified.ts";

type Elsewhere = AsyncDisposable & {
  readonly kafka: SecureKafka;
  /** Makes the Secret of the services what it is from now on. */
  hold(values: Record<string, string>): Promise<unknown>;
  /** Verifies with these settings of Kafka in `ca3.yaml`. */
  ask(settings: object, only: readonly string[], env?: Record<string, string>): ReturnType<typeof verify>;
};

async function start(): Promise<Elsewhere> {
  await using stack = new AsyncDisposableStack();
  const cwd = mkdtempSync(join(tmpdir(), "ca3-elsewhere-"));
  stack.defer(() => rmSync(cwd, { recursive: true }));
  const [kafka, api] = await Promise.all([startSecureKafka(), startApiServer()]);
  for (const one of [kafka, api]) stack.use(one);
  const client = openClient(api.kubeconfig);
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "app" } });
  const owned = stack.move();
  return {
    kafka,
    hold: (values) => client.apply(secret("own-kafka", values)),
    ask(settings, only, env = {}) {
      const deploy = { kafka: { enabled: false, secret: "own-kafka" } };
      writeFileSync(join(cwd, "ca3.yaml"), JSON.stringify({ deploy, kafka: settings }));
      const words = ["--cluster", ...only.flatMap((one) => ["--only", one])];
      return verify(words, { cwd, env: { KUBECONFIG: api.kubeconfig, ...env } });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

await withService("kafka-elsewhere", start, ({ kafka, hold, ask }) => {
  const { listeners, client, stranger, users } = kafka;
  const [ours, theirs] = [client.ca, stranger.ca].map((path) => readFileSync(path, "utf8")) as [
    string,
    string,
  ];
  const { name: username, password } = users.admin;
  // In the pods it is mounted where the deployment says; here is no such file.
  const overTls = { bootstrap: listeners.saslTls, username, caFile: "ca.pem" };
  const REACHABLE = "kafka.reachable";

  describe("ca3 verify of a cluster whose Kafka is elsewhere, over TLS,", () => {
    test("takes user, password and CA from where the services take them", async () => {
      await hold({ password, "ca.crt": ours });
      const { results, problems, code } = await ask(overTls, [REACHABLE, "kafka.anonymous-refused"]);
      expect([results, problems, code]).toEqual([
        { [REACHABLE]: "pass", "kafka.anonymous-refused": "pass" },
        expect.anything(),
        0,
      ]);
    }, 60_000);

    test("takes the CA alone where brokers know their clients by certificates", async () => {
      await hold({ "ca.crt": ours });
      const { cert: certFile, key: keyFile } = client;
      const byCertificate = { bootstrap: listeners.tls, caFile: "ca.pem", certFile, keyFile };
      const { results } = await ask(byCertificate, [REACHABLE, "kafka.anonymous-refused"]);
      expect(results).toEqual({ [REACHABLE]: "pass", "kafka.anonymous-refused": "skip" });
    }, 60_000);

    test.each([
      [
        "the CA of others",
        { password, "ca.crt": theirs },
        /no CA that is trusted here.*; its CA is that of Secret app\/own-kafka$/,
        "write what the server knows into Secret app/own-kafka",
      ],
      [
        "no certificate",
        { password, "ca.crt": "none" },
        /^cannot use ca\.crt of Secret app\/own-kafka: it holds no certificate in PEM$/,
        "ca3 config explain",
      ],
      [
        "nothing",
        { password },
        /^Secret app\/own-kafka has no ca\.crt in cluster test$/,
        "write ca.crt into Secret app/own-kafka",
      ],
      [
        "the right CA and a wrong password",
        { password: "no", "ca.crt": ours },
        /; its password is that of Secret app\/own-kafka$/,
        "write what the server knows into Secret app/own-kafka",
      ],
    ])(
      "says so when the Secret holds %s",
      async (_what, values, seen, hint) => {
        await hold(values);
        const { failed, problems } = await ask(overTls, [REACHABLE]);
        expect(failed).toEqual([REACHABLE]);
        expect(problems[REACHABLE]![0]).toMatchObject({ seen: expect.stringMatching(seen), do: hint });
      },
      60_000,
    );

    test("lets this shell name a CA of its own", async () => {
      await hold({ password, "ca.crt": theirs });
      const { results } = await ask(overTls, [REACHABLE], { CA3_KAFKA_CA_FILE: client.ca });
      expect(results).toEqual({ [REACHABLE]: "pass" });
    }, 60_000);
  });
});
