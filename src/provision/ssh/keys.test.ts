import { expect, test } from "bun:test";
import { utils } from "ssh2";
import { fingerprintOf, newKeyPair } from "./keys.ts";

test("each of a thousand keys is whole, and its two halves belong together", () => {
  for (let at = 0; at < 1_000; at++) {
    const { privateKey, publicKey } = newKeyPair("suite");
    expect(Buffer.from(publicKey.split(" ")[1]!, "base64")).toHaveLength(51);
    const parsed = utils.parseKey(privateKey);
    if (parsed instanceof Error) throw parsed;
    const data = Buffer.from("signed");
    expect(parsed.verify(data, parsed.sign(data))).toBe(true);
    expect(parsed.getPublicSSH().toString("base64")).toBe(publicKey.split(" ")[1]!);
  }
});

test("a fingerprint is that of ssh-keygen", () =>
  expect(
    fingerprintOf("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA any"),
  ).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/));
