import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ca3Error } from "../../../support/errors.ts";
import type { Entry } from "./parse.ts";

/** A text field; absent when it is empty. Throws CA3_KUBE_CONFIG when it is something else. */
export function textOf(entry: Entry, key: string, kind: string): string | undefined {
  const value = entry.fields[key];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw wrong(entry, kind, key, "is not text");
  return value;
}

/**
 * What `KEY-data` holds in base64, or the file that `KEY` names relative to the kubeconfig. Throws CA3_KUBE_CONFIG
 * when it cannot be read or is no PEM.
 */
export function pemOf(entry: Entry, key: string, kind: string): string | undefined {
  const data = textOf(entry, `${key}-data`, kind);
  if (data !== undefined) {
    const pem = Buffer.from(data, "base64").toString("utf8");
    if (!pem.includes("-----BEGIN ")) throw wrong(entry, kind, `${key}-data`, "is not PEM in base64");
    return pem;
  }
  const path = textOf(entry, key, kind);
  if (path === undefined) return undefined;
  const pem = readFileOf(entry, kind, key, path);
  if (!pem.includes("-----BEGIN ")) throw wrong(entry, kind, key, `names ${path}, which is not PEM`);
  return pem;
}

/** The text of a file that an entry names. */
export function readFileOf(entry: Entry, kind: string, key: string, path: string): string {
  try {
    return readFileSync(resolve(entry.folder, path), "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw wrong(entry, kind, key, `names ${path}, which cannot be read: ${code}`, error);
  }
}

/** Since when a certificate is too old or until when it is too young, else nothing; not PEM counts as broken. */
export function certificateTrouble(pem: string, nowMs: number): string | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return "is damaged";
  }
  const { validFromDate, validToDate } = certificate;
  if (validToDate.getTime() < nowMs) return `expired on ${day(validToDate)}`;
  if (validFromDate.getTime() > nowMs) return `is not valid before ${day(validFromDate)}`;
  return undefined;
}

const day = (date: Date): string => date.toISOString().slice(0, 16).replace("T", " ").concat(" UTC");

export const wrong = (entry: Entry, kind: string, key: string, what: string, cause?: unknown): Ca3Error =>
  new Ca3Error(
    "CA3_KUBE_CONFIG",
    `${kind} ${entry.name} of the kubeconfig ${entry.file}: ${key} ${what}`,
    cause === undefined ? {} : { cause },
  );
