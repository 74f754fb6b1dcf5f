/** What a proxy understands of a protocol: where a message ends, which step a request is, and which request an answer is for. */
export type Protocol = {
  readonly frameLength: (bytes: Buffer) => number;
  readonly request: (frame: Buffer) => { readonly id: number; readonly step: string } | undefined;
  readonly answerTo: (frame: Buffer) => number;
};

/** Steps by Kafka's number of the request; https://kafka.apache.org/protocol#protocol_api_keys */
const kafkaSteps: Readonly<Record<number, string>> = {
  0: "produce",
  1: "fetch",
  2: "list offsets",
  3: "metadata",
  8: "commit",
  9: "read offsets",
  10: "find coordinator",
  11: "join",
  12: "heartbeat",
  13: "leave",
  14: "sync",
  22: "producer id",
};

export const kafkaProtocol: Protocol = {
  frameLength: (bytes) => whole(bytes, bytes.length < 4 ? 0 : 4 + bytes.readInt32BE(0)),
  request: (frame) => {
    if (frame.length < 12) return undefined;
    const key = frame.readInt16BE(4);
    return { id: frame.readInt32BE(8), step: kafkaSteps[key] ?? `request ${key}` };
  },
  answerTo: (frame) => (frame.length < 8 ? -1 : frame.readInt32BE(4)),
};

const OP_MSG = 2013;
/** Header, flags, kind of the first section, length and first type of its document. */
const FIRST_NAME = 16 + 4 + 1 + 4 + 1;

/** A step is the command and its collection, such as `insert rollups`. */
export const mongoProtocol: Protocol = {
  frameLength: (bytes) => whole(bytes, bytes.length < 16 ? 0 : bytes.readInt32LE(0)),
  request: (frame) => {
    if (frame.length <= FIRST_NAME || frame.readInt32LE(12) !== OP_MSG || frame[20] !== 0) return undefined;
    const end = frame.indexOf(0, FIRST_NAME);
    const command = frame.toString("latin1", FIRST_NAME, end);
    const isText = frame[FIRST_NAME - 1] === 2;
    const collection = isText ? frame.toString("utf8", end + 5, end + 4 + frame.readInt32LE(end + 1)) : "";
    return { id: frame.readInt32LE(4), step: `${command} ${collection}`.trimEnd() };
  },
  answerTo: (frame) => (frame.length < 16 ? -1 : frame.readInt32LE(8)),
};

const whole = (bytes: Buffer, length: number): number => (bytes.length >= length ? length : 0);
