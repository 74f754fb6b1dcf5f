import { createHash } from "node:crypto";
import type { Moto } from "../services/moto.ts";

/** The image that stands for the newest Ubuntu; moto knows it. */
export const UBUNTU = "ami-785db401";

/** A machine that AWS has just started. */
export type Started = {
  readonly id: string;
  /** The tag `ca3:node`. */
  readonly node: string;
  readonly privateAddress: string;
  /** The address that waits for it. */
  readonly publicAddress: string | undefined;
  readonly userData: string;
  /** Of its key pair: who may sign in. */
  readonly publicKey: string;
};

/** Where the machines are that the emulator only has on record. */
export type World = {
  /** The first three numbers of public addresses. */
  readonly prefix?: string | undefined;
  started(machine: Started): void;
  ended(ids: readonly string[]): void;
};

type Remembered = { readonly body: string; readonly answer: string };

/** What a session does to the n-th call that changes something, counting from 1. */
export type Fault =
  /** The process is killed before the call leaves, or before its answer arrives: nothing is answered from then on. */
  | { readonly at: number; readonly kill: "before" | "after" }
  /** The call is not carried out. */
  | { readonly at: number; readonly refuse: string; readonly times?: number }
  /** It is carried out, and the answer is lost. */
  | { readonly at: number; readonly lose: true };

/** Calls of these names fail: all of them, or only those that are tried, or only those that are meant. */
export type Refusals = Readonly<
  Record<string, { readonly code: string; readonly of?: "trials" | "real calls"; readonly date?: Date }>
>;

export type Session = AsyncDisposable & {
  readonly url: string;
  /** Every call of the session, in order, by action. */
  readonly calls: string[];
  /** Those that change something. */
  readonly writes: string[];
  /** All that was said to AWS, user data in clear. */
  readonly said: string[];
  /** Resolves when the session has been killed by its fault. */
  readonly killed: Promise<void>;
};

/**
 * Stands before moto and adds what AWS does and moto does not: idempotency tokens, refusal to delete what is in use, the
 * Ubuntu parameter, public addresses of machines, pages. Each session is the network of one process of ca3.
 */
export class Emulator {
  readonly #tokens = new Map<string, Remembered>();
  /** Elastic addresses by the node that they are for, and what moto calls them. */
  readonly #addresses = new Map<string, { readonly ours: string; readonly motos: string }>();
  readonly #keys = new Map<string, string>();
  world: World | undefined;
  constructor(private readonly moto: Moto) {}

  async reset(): Promise<void> {
    this.#tokens.clear();
    this.#addresses.clear();
    await fetch(`${this.moto.url}/moto-api/reset`, { method: "POST" });
  }

  session(fault?: Fault, refusals: Refusals = {}): Session {
    const calls: string[] = [];
    const writes: string[] = [];
    const said: string[] = [];
    const killed = Promise.withResolvers<void>();
    let dead = false;
    const never = () => new Promise<Response>(() => {});
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: async (request) => {
        if (dead) return never();
        const body = await request.text();
        const action = actionOf(request, body);
        const form = new URLSearchParams(body);
        said.push(
          [...form.values(), Buffer.from(form.get("UserData") ?? "", "base64").toString()].join("\n"),
        );
        calls.push(action);
        const isWrite = !/^(Describe|Get|List)/.test(action) && !body.includes("DryRun=true");
        if (isWrite) writes.push(action);
        const hit = isWrite && fault !== undefined && isHit(fault, writes.length) ? fault : undefined;
        if (hit && "kill" in hit && hit.kill === "before") {
          dead = true;
          killed.resolve();
          return never();
        }
        if (hit && "refuse" in hit) return failure(hit.refuse, "the suite says so", 503);
        const refusal = refusals[action];
        const isTrial = body.includes("DryRun=true");
        if (refusal && (refusal.of === undefined || (refusal.of === "trials") === isTrial))
          return failure(refusal.code, "the suite says so", 400, refusal.date);
        const answer = await this.#answer(request, body, action);
        if (hit && "kill" in hit) {
          dead = true;
          killed.resolve();
          return never();
        }
        if (hit && "lose" in hit) return failure("InternalError", "the answer is lost", 500);
        return answer;
      },
    });
    return {
      ...{ url: `http://127.0.0.1:${server.port}`, calls, writes, said, killed: killed.promise },
      [Symbol.asyncDispose]: async () => {
        dead = true;
        await server.stop(true);
      },
    };
  }

  async #answer(request: Request, body: string, action: string): Promise<Response> {
    const form = new URLSearchParams(body);
    if (action === "GetParameter") return ubuntuParameter();
    // moto would make some of what is only tried
    if (form.get("DryRun") === "true") return failure("DryRunOperation", "it would have gone through", 412);
    const inUse = await this.#usersOf(action, form);
    if (inUse !== undefined) return failure("DependencyViolation", inUse, 400);
    const token = form.get("ClientToken");
    const key = token === null ? undefined : `${action}|${token}`;
    // the token itself and nothing else may differ
    const kept = createHash("sha256").update(body).digest("hex");
    const earlier = key === undefined ? undefined : this.#tokens.get(key);
    if (earlier !== undefined)
      return earlier.body === kept
        ? this.#again(action, earlier.answer, request)
        : failure("IdempotentParameterMismatch", "the parameters differ from those of the first call", 400);
    const answer = await this.#forward(request, body);
    const text = this.#inWorld(action, form, await answer.text());
    if (key !== undefined && answer.ok) this.#tokens.set(key, { body: kept, answer: text });
    return new Response(text, { status: answer.status, headers: { "content-type": "text/xml" } });
  }

  /** The same answer with addresses of the world; machines of the world start and end with those on record. */
  #inWorld(action: string, form: URLSearchParams, answer: string): string {
    const { world } = this;
    if (world === undefined) return answer;
    const node = tagOf(form, "ca3:node");
    const one = (element: string) => new RegExp(`<${element}>([^<]+)<`).exec(answer)?.[1];
    if (action === "AllocateAddress" && node && one("publicIp")) {
      const motos = one("publicIp")!;
      const ours = world.prefix ? `${world.prefix}.${10 + this.#addresses.size}` : motos;
      this.#addresses.set(node, { ours, motos });
    }
    if (action === "ImportKeyPair")
      this.#keys.set(
        form.get("KeyName")!,
        Buffer.from(form.get("PublicKeyMaterial") ?? "", "base64").toString(),
      );
    if (action === "RunInstances" && node && one("instanceId"))
      world.started({
        ...{ id: one("instanceId")!, node, privateAddress: one("privateIpAddress")! },
        publicAddress: this.#addresses.get(node)?.ours,
        publicKey: this.#keys.get(form.get("KeyName") ?? "") ?? "",
        userData: Buffer.from(form.get("UserData") ?? "", "base64").toString(),
      });
    if (action === "TerminateInstances")
      world.ended([...answer.matchAll(/<instanceId>([^<]+)</g)].map(([, id]) => id!));
    return [...this.#addresses.values()].reduce(
      (text, { motos, ours }) => text.replaceAll(`>${motos}<`, `>${ours}<`),
      answer,
    );
  }

  /** A repeated call answers with the machine as it is now. */
  async #again(action: string, answer: string, request: Request): Promise<Response> {
    const id = /<instanceId>(i-[0-9a-f]+)</.exec(answer)?.[1];
    if (action !== "RunInstances" || id === undefined) return new Response(answer);
    const now = await this.#forward(
      request,
      `Action=DescribeInstances&InstanceId.1=${id}&Version=2016-11-15`,
    );
    const state = /<instanceState>[\s\S]*?<\/instanceState>/.exec(await now.text())?.[0];
    return new Response(state ? answer.replace(/<instanceState>[\s\S]*?<\/instanceState>/, state) : answer);
  }

  #forward(request: Request, body: string): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.delete("content-length");
    headers.delete("host");
    headers.delete("accept-encoding");
    return fetch(`${this.moto.url}/`, { method: "POST", headers, body });
  }

  /** Why AWS would not delete this now. */
  async #usersOf(action: string, form: URLSearchParams): Promise<string | undefined> {
    const ask = async (describe: string, filter: string, id: string, element: string) => {
      const query = `Action=${describe}&Filter.1.Name=${filter}&Filter.1.Value.1=${id}&Version=2016-11-15`;
      const answer = await fetch(`${this.moto.url}/`, {
        method: "POST",
        body: query,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          authorization:
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
        },
      });
      const text = await answer.text();
      return [...text.matchAll(new RegExp(`<${element}>([^<]+)<`, "g"))].map(([, one]) => one!);
    };
    const live = async (filter: string, id: string) => {
      const states = await ask("DescribeInstances", filter, id, "name");
      return states.filter((one) =>
        ["pending", "running", "stopping", "stopped", "shutting-down"].includes(one),
      );
    };
    const id = (name: string) => form.get(name) ?? "";
    switch (action) {
      case "DeleteSubnet":
        return (await live("subnet-id", id("SubnetId"))).length > 0
          ? "machines are in the subnet"
          : undefined;
      case "DeleteSecurityGroup":
        return (await live("instance.group-id", id("GroupId"))).length > 0 ||
          (await ask("DescribeSecurityGroups", "ip-permission.group-id", id("GroupId"), "ownerId")).length > 0
          ? "the group is in use"
          : undefined;
      case "DetachInternetGateway":
        return (await live("vpc-id", id("VpcId"))).length > 0 ? "machines have public addresses" : undefined;
      case "DeleteVpc":
        return (await ask("DescribeSubnets", "vpc-id", id("VpcId"), "subnetId")).length > 0
          ? "the VPC has subnets"
          : undefined;
      default:
        return undefined;
    }
  }
}

function isHit(fault: Fault, write: number): boolean {
  const times = "refuse" in fault ? (fault.times ?? 1) : 1;
  return write >= fault.at && write < fault.at + times;
}

/** A tag that the call gives to what it makes. */
function tagOf(form: URLSearchParams, key: string): string | undefined {
  const name = [...form].find(
    ([field, value]) => /^TagSpecification\.1\.Tag\.\d+\.Key$/.test(field) && value === key,
  );
  return name && (form.get(name[0].replace(/Key$/, "Value")) ?? undefined);
}

function actionOf(request: Request, body: string): string {
  const target = request.headers.get("x-amz-target");
  return target ? target.split(".").at(-1)! : (new URLSearchParams(body).get("Action") ?? "");
}

const ubuntuParameter = (): Response =>
  Response.json({ Parameter: { Name: "ubuntu", Type: "String", Value: UBUNTU } });

/** As EC2 and STS say it, each in its own place of one document. */
export const failure = (code: string, message: string, status: number, date = new Date()): Response =>
  new Response(
    `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><Error><Code>${code}</Code><Message>${message}</Message></Error><RequestID>suite</RequestID></Response>`,
    { status, headers: { "content-type": "text/xml", date: date.toUTCString() } },
  );
