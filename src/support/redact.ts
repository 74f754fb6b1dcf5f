import { withoutCredentials } from "./credentials.ts";

/** Forms of secrets that may stand in what programs of others say. */
const forms: readonly RegExp[] = [
  // tokens of K3s, with and without the hash of its authority
  /\bK10[0-9a-f]{64}::[^\s"'\\]+/g,
  /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g,
  // keys in PEM, also with their line feeds escaped, as JSON has them
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  // tokens of service accounts and other signed ones
  /\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g,
  /\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/g,
  // what is called so, as `name: value` or `name=value`, also in JSON that is quoted in JSON
  /((?:client-key-data|(?:[A-Za-z0-9_-]*[_-])?(?:password|passwd|secret|token)|aws_secret_access_key)(?:\\?["'])?\s*[:=]\s*(?:\\?["'])?)(?!null|true|false)[^\s"',}\\]{6,}/gi,
];

/** The same text with whatever looks like a secret blotted out. */
export function redacted(text: string): string {
  let clean = withoutCredentials(text);
  for (const form of forms)
    clean = clean.replace(form, (_all, head: unknown) =>
      typeof head === "string" && /[:=]\s*\\?["']?$/.test(head) ? `${head}[redacted]` : "[redacted]",
    );
  return clean;
}
