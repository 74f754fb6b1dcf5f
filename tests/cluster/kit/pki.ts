import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../../services/cache.ts";

/** PEM texts. */
export type Pair = { readonly cert: string; readonly key: string };

export type Subject = {
  /** The user's name. */
  readonly name: string;
  /** The user's groups; `system:masters` may do everything. */
  readonly groups?: readonly string[];
  /** Names and addresses of a server, such as `DNS:localhost` and `IP:127.0.0.1`. */
  readonly hosts?: readonly string[];
  /** 0 makes one that has expired a second later. */
  readonly days?: number;
};

const openssl = (...words: readonly string[]) => command(["openssl", ...words]);

/** Certificate authorities of a cluster, in a folder. */
export class Authority {
  private constructor(
    readonly folder: string,
    readonly name: string,
  ) {}

  static async make(folder: string, name: string): Promise<Authority> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const authority = new Authority(folder, name);
    const usage = "keyUsage=critical,keyCertSign,cRLSign,digitalSignature";
    await newKey(authority.path(name, "key"));
    await openssl(
      ...["req", "-x509", "-new", "-key", authority.path(name, "key"), "-subj", `/CN=${name}`],
      ...["-days", "30", "-addext", usage, "-out", authority.cert],
    );
    return authority;
  }

  /** Path of the authority's own certificate. */
  get cert(): string {
    return this.path(this.name, "crt");
  }
  get key(): string {
    return this.path(this.name, "key");
  }
  path(name: string, ending: "crt" | "key"): string {
    return join(this.folder, `${name}.${ending}`);
  }
  pem(name: string): Pair {
    const read = (ending: "crt" | "key") => readFileSync(this.path(name, ending), "utf8");
    return { cert: read("crt"), key: read("key") };
  }

  /** Makes `FILE.crt` and `FILE.key`, for a server when it has hosts, else for a client. */
  async issue(file: string, { name, groups = [], hosts = [], days = 30 }: Subject): Promise<Pair> {
    const at = (ending: string) => join(this.folder, `${file}.${ending}`);
    await newKey(at("key"));
    const subject = `/${[`CN=${name}`, ...groups.map((group) => `O=${group}`)].join("/")}`;
    await openssl("req", "-new", "-key", at("key"), "-subj", subject, "-out", at("csr"));
    const extensions = [
      "keyUsage=critical,digitalSignature,keyEncipherment",
      `extendedKeyUsage=${hosts.length > 0 ? "serverAuth" : "clientAuth"}`,
      ...(hosts.length > 0 ? [`subjectAltName=${hosts.join(",")}`] : []),
    ];
    writeFileSync(at("ext"), `${extensions.join("\n")}\n`);
    await openssl(
      ...["x509", "-req", "-in", at("csr"), "-CA", this.cert, "-CAkey", this.key, "-CAcreateserial"],
      ...["-days", String(days), "-extfile", at("ext"), "-out", at("crt")],
    );
    return this.pem(file);
  }
}

const newKey = (path: string) => openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path);

/** The pair with which a cluster signs and checks the tokens of service accounts. */
export async function serviceAccountKeys(folder: string): Promise<{ key: string; pub: string }> {
  const [key, pub] = [join(folder, "sa.key"), join(folder, "sa.pub")];
  await newKey(key);
  await openssl("ec", "-in", key, "-pubout", "-out", pub);
  return { key, pub };
}
