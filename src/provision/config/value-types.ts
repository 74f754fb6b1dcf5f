import type { ValueType } from "../../support/setting-types.ts";
import { choice, text } from "../../support/setting-types.ts";
import { blockAround, formatCidr, parseAddress, parseCidr } from "../network/cidr.ts";

/** Text of one shape. */
const shaped = (pattern: RegExp, problem: string): ValueType<string> => ({
  schema: { type: "string", pattern: pattern.source },
  parse: (raw) => {
    const parsed = text.parse(raw);
    return "value" in parsed && pattern.test(parsed.value) ? parsed : { problem };
  },
});

/** Part of names, tags and the Kubernetes context. */
export const clusterName = shaped(
  /^[a-z][a-z0-9-]{0,27}[a-z0-9]$/,
  "expected 2 to 29 lower-case letters, digits and dashes, a letter first",
);

/** Of a worker pool: part of host names. */
export const poolName = shaped(
  /^[a-z][a-z0-9-]{0,15}$/,
  "expected up to 16 lower-case letters, digits and dashes, a letter first",
);

export const accountId = shaped(/^\d{12}$/, "expected the 12 digits of an AWS account, in quotes");
export const regionName = shaped(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected an AWS region, such as us-east-1");
export const instanceType = shaped(
  /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/,
  "expected an EC2 instance type, such as t3.small",
);
export const amiId = shaped(
  /^(auto|ami-[0-9a-f]{8,17})$/,
  "expected auto or an image, such as ami-0abcdef12345",
);
export const k3sVersion = shaped(/^v\d+\.\d+\.\d+\+k3s\d+$/, "expected a K3s release, such as v1.36.4+k3s1");
export const sha256 = shaped(/^[0-9a-f]{64}$/, "expected the 64 hexadecimal digits of a SHA-256");
/** A standard cron line; K3s reads the rest. */
export const cron = shaped(/^\S+( \S+){4}$/, "expected five fields, such as 0 */6 * * *");

/** A block of private addresses between /16 and /28, as AWS takes them. */
export const privateCidr: ValueType<string> = {
  schema: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+$" },
  parse(raw) {
    const problem = "expected a private block of /16 to /28, such as 10.0.0.0/16";
    if (typeof raw !== "string") return { problem };
    const block = parseCidr(raw.trim());
    if (block === undefined) return { problem: `${problem}${meant(raw)}` };
    if (block.bits < 16 || block.bits > 28 || !isPrivate(block.first)) return { problem };
    return { value: formatCidr(block) };
  },
};

/** Who may reach the control plane: `my-ip` stands for the address that this machine is seen with. */
export const adminSource: ValueType<string> = {
  schema: { type: "string", pattern: "^(my-ip|\\d+\\.\\d+\\.\\d+\\.\\d+(/\\d+)?)$" },
  parse(raw) {
    const problem = "expected my-ip, an address or a block, such as 203.0.113.0/24";
    if (typeof raw !== "string") return { problem };
    const word = raw.trim();
    if (word === "my-ip") return { value: word };
    if (parseAddress(word) !== undefined) return { value: `${word}/32` };
    const block = parseCidr(word);
    return block ? { value: formatCidr(block) } : { problem: `${problem}${meant(word)}` };
  },
};

/** `10.0.1.7/16` is no block, but one is near. */
function meant(word: string): string {
  const [address = "", bits = ""] = word.split("/");
  const parsed = parseAddress(address.trim());
  if (parsed === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return "";
  return `, did you mean ${formatCidr(blockAround(parsed, Number(bits)))}?`;
}

/** RFC 1918. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((one) => parseCidr(one)!);
const isPrivate = (first: number) =>
  PRIVATE.some(({ first: start, bits }) => blockAround(first, bits).first === start);

export const architecture = choice("amd64", "arm64");
