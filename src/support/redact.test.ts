import { expect, test } from "bun:test";
import { redacted } from "./redact.ts";

const jwt = `${Buffer.from('{"alg":"RS256"}').toString("base64url")}.${Buffer.from('{"sub":"x"}').toString("base64url")}.c2ln`;

test.each([
  ["a server token", `token K10${"a1".repeat(32)}::server:0123456789abcdef`, "server:0123"],
  ["a join token", "use abcdef.0123456789abcdef now", "0123456789abcdef"],
  [
    "a private key",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----",
    "b3Blbn",
  ],
  [
    "a private key in JSON",
    JSON.stringify({ key: "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----" }),
    "MHcC",
  ],
  ["a signed token", `got ${jwt}`, jwt],
  ["a header", "authorization: Bearer abcdefgh12345", "abcdefgh12345"],
  ["a password in an address", "mongodb://ca3:hunter22@db/x", "hunter22"],
  ["a password in YAML", "  mongo_password: hunter2222", "hunter2222"],
  ["a key in a kubeconfig", "client-key-data: LS0tLS1CRUdJTg==", "LS0tLS1CRUdJTg"],
  ["an AWS key", "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG", "wJalrXUtnFEMI"],
  ["in JSON in JSON", JSON.stringify({ said: JSON.stringify({ token: "abcdefghijk" }) }), "abcdefghijk"],
  ["in JSON", JSON.stringify({ token: "abcdefghijk", next: 1 }), "abcdefghijk"],
])("%s", (_what, text, secret) => {
  expect(redacted(text)).not.toContain(secret);
  expect(redacted(text)).toContain("[redacted]");
  if (text.startsWith("{")) expect(() => JSON.parse(redacted(text))).not.toThrow();
});

test("what is no secret stays, and JSON stays JSON", () => {
  const plain = "cp-1: start k3s ended with 1: the token is wrong; SHA256:abc; i-0123456789abcdef0";
  expect(redacted(plain)).toBe(plain);
  const line = JSON.stringify({
    message: `password: abcdefgh and Bearer abcdefghi`,
    token: "xxxxxxxxxx",
    n: 1,
  });
  expect(JSON.parse(redacted(line))).toMatchObject({ n: 1 });
});
