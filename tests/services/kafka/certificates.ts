import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../cache.ts";

/** Paths of PEM files. */
export type Certificates = {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Key and certificate in one file, as the broker wants its own. */
  readonly both: string;
};

const openssl = (...words: readonly string[]) => command(["openssl", ...words]);

/** A certificate authority and certificates from it, made in a folder. */
export async function makeAuthority(folder: string) {
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const ca = at("ca.pem");
  await openssl(
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ca3 test authority"],
    ...["-keyout", at("ca.key"), "-out", ca],
  );
  return {
    ca,
    async issue(name: string): Promise<Certificates> {
      const [key, cert, both] = [at(`${name}.key`), at(`${name}.pem`), at(`${name}-both.pem`)];
      await openssl(
        ...["req", "-newkey", "rsa:2048", "-nodes", "-subj", `/CN=${name}`, "-keyout", key],
        ...["-out", at(`${name}.csr`)],
      );
      writeFileSync(at(`${name}.ext`), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
      await openssl(
        ...["x509", "-req", "-days", "2", "-in", at(`${name}.csr`), "-CA", ca, "-CAkey", at("ca.key")],
        ...["-CAcreateserial", "-extfile", at(`${name}.ext`), "-out", cert],
      );
      writeFileSync(both, `${await Bun.file(key).text()}${await Bun.file(cert).text()}`);
      return { ca, cert, key, both };
    },
  };
}
