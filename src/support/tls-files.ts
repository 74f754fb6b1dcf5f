import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { Ca3Error } from "./errors.ts";

/** Certificates (PEM) that are no file of this machine, and where they come from, for messages. */
export type HeldCa = { readonly pem: string; readonly from: string };
/** PEM files as settings name them. */
export type TlsFileNames = {
  readonly caFile: string | undefined;
  /** In place of `caFile`. */
  readonly ca?: HeldCa | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
};
/** What they hold, as `node:tls` takes it. */
export type TlsFiles = { readonly ca?: string; readonly cert?: string; readonly key?: string };

/**
 * Reads the files that the settings `<section>.caFile`, `.certFile` and `.keyFile` name. Throws CA3_CONFIG when one of
 * certificate and key is missing, and CA3_FILE when a file cannot be read, or holds something else than it should.
 */
export function readTlsFiles(
  section: string,
  { caFile, ca: held, certFile, keyFile }: TlsFileNames,
): TlsFiles {
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new Ca3Error(
      "CA3_CONFIG",
      `${section}.certFile and ${section}.keyFile belong together; only one of them is set`,
      { hint: "ca3 config explain" },
    );
  const ca =
    held !== undefined
      ? { ca: checked(held) }
      : caFile === undefined
        ? {}
        : { ca: read(`${section}.caFile`, caFile, certificate).text };
  if (certFile === undefined || keyFile === undefined) return ca;
  const cert = read(`${section}.certFile`, certFile, certificate);
  const key = read(`${section}.keyFile`, keyFile, privateKey);
  if (!cert.parsed.checkPrivateKey(key.parsed))
    throw new Ca3Error(
      "CA3_FILE",
      `the key in ${keyFile} does not belong to the certificate in ${certFile}`,
      {
        hint: `set ${section}.certFile and ${section}.keyFile to a pair`,
      },
    );
  return { ...ca, cert: cert.text, key: key.text };
}

function read<T>(setting: string, path: string, parse: (text: string) => T): { text: string; parsed: T } {
  try {
    const text = readFileSync(path, "utf8");
    return { text, parsed: parse(text) };
  } catch (cause) {
    throw new Ca3Error("CA3_FILE", `cannot read ${path}, named by ${setting}: ${(cause as Error).message}`, {
      hint: `ls -l ${path}`,
      cause,
    });
  }
}

function checked({ pem, from }: HeldCa): string {
  try {
    certificate(pem);
    return pem;
  } catch (cause) {
    throw new Ca3Error("CA3_FILE", `cannot use ${from}: ${(cause as Error).message}`, { cause });
  }
}

/** The first of several. */
function certificate(text: string): X509Certificate {
  return parsed(() => new X509Certificate(text), "it holds no certificate in PEM");
}

function privateKey(text: string): KeyObject {
  return parsed(() => createPrivateKey(text), "it holds no private key in PEM, or one with a password");
}

function parsed<T>(parse: () => T, otherwise: string): T {
  try {
    return parse();
  } catch {
    throw new Error(otherwise);
  }
}
